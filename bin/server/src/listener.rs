//! Taking an address to serve on.

use std::io;
use std::net::{SocketAddr, TcpListener};

/// Why an address could not be taken, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("could not listen on {address}: {reason}; {mend}, or set {setting} to another address")]
pub(crate) struct ListenError {
    address: SocketAddr,
    setting: &'static str,
    reason: String,
    mend: &'static str,
}

/// Takes `address`, which `setting` names; port 0 stands for one that the system chooses.
///
/// # Errors
/// [`ListenError`] with the mend.
pub(crate) fn bind(address: SocketAddr, setting: &'static str) -> Result<TcpListener, ListenError> {
    TcpListener::bind(address).map_err(|error| ListenError {
        address,
        setting,
        mend: match error.kind() {
            io::ErrorKind::AddrInUse => "stop the program that has it",
            io::ErrorKind::PermissionDenied => {
                "ports below 1024 need a privilege (CAP_NET_BIND_SERVICE)"
            }
            io::ErrorKind::AddrNotAvailable => "give this machine the address",
            _ => "mend that",
        },
        reason: error.to_string(),
    })
}
