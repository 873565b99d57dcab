//! Metadata: what was put is what is read, equal on both stores (IN-05).

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{World, may, put};
use oneclaw_domain::Metadata;
use oneclaw_policy::ReadSecret;
use oneclaw_storage::Store;

on_both_stores! {
    in_05_numbers_and_texts_come_back_as_they_were_put
}

const DOCUMENTS: [&str; 7] = [
    r#"{"n":1.0,"big":12345678901234567890,"e":1e2,"z":1,"a":2}"#,
    r#"{"f":0.12345678901234568,"g":0.30000000000000004,"h":123456789.12345678,"tiny":5e-324,"small":1.5e-7}"#,
    r#"{"e16":1e16,"e20":1e20,"e300":-1e300,"max":1.7976931348623157e308,"edge":9007199254740993}"#,
    r#"{"min":-9223372036854775808,"zero":0,"fzero":0.0,"umax":18446744073709551615}"#,
    r#"{"text":"\u00e9\ud83d\ude00\"\\\/\b\f\n\r\t\u001f","":"empty key","nested":{"b":[1,[2.5,{}],null,true]}}"#,
    r#"{"b":1,"aa":2,"B":3,"a":4}"#,
    "{}",
];

async fn in_05_numbers_and_texts_come_back_as_they_were_put(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    for (serial, text) in DOCUMENTS.iter().enumerate() {
        let at = who.at(vault, &format!("doc/{serial}"));
        let put_in = Metadata::parse(text).unwrap();
        let write = put(&world.store, who, &at, |version| {
            version.metadata = put_in.clone();
            version.rotation_policy = Some(put_in.clone());
        });
        write.await.unwrap();
        let mut reader = world.store.read().await.unwrap();
        let seen = reader.secrets().find_latest(&at).await.unwrap().unwrap();
        let found = seen
            .row
            .unwrap()
            .open(&may::<ReadSecret>(at))
            .unwrap()
            .version;
        // The text and not the value alone: an integer must not come back as a float.
        let mut expected = put_in.to_value();
        expected.sort_all_objects();
        assert_eq!(found.metadata.to_value().to_string(), expected.to_string());
        assert_eq!(found.rotation_policy, Some(put_in));
    }
}
