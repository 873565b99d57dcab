//! Embeds the migrations anew when one is added: the macro that reads them does not watch the folder.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
