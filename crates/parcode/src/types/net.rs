//! IP and socket addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

converted!(
    Ipv4Addr,
    "Ipv4Addr",
    [u8; 4],
    |this| this.octets(),
    |octets| Some(Ipv4Addr::from(octets)),
    Ipv4Addr::UNSPECIFIED,
);

converted!(
    Ipv6Addr,
    "Ipv6Addr",
    [u8; 16],
    |this| this.octets(),
    |octets| Some(Ipv6Addr::from(octets)),
    Ipv6Addr::UNSPECIFIED,
);

/// The version, and the octets; those of a version 4 address come first, zeros after.
pub(super) fn ip_parts(ip: IpAddr) -> (u8, [u8; 16]) {
    match ip {
        IpAddr::V4(ip) => {
            let mut octets = [0; 16];
            octets[..4].copy_from_slice(&ip.octets());
            (4, octets)
        }
        IpAddr::V6(ip) => (6, ip.octets()),
    }
}

pub(super) fn ip((version, octets): (u8, [u8; 16])) -> Option<IpAddr> {
    match (version, octets) {
        (4, [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) => {
            Some(Ipv4Addr::new(a, b, c, d).into())
        }
        (6, octets) => Some(Ipv6Addr::from(octets).into()),
        _ => None,
    }
}

converted!(
    IpAddr,
    "IpAddr",
    (u8, [u8; 16]),
    |this| ip_parts(*this),
    ip,
    IpAddr::V4(Ipv4Addr::UNSPECIFIED),
);

converted!(
    SocketAddrV4,
    "SocketAddrV4",
    ([u8; 4], u16),
    |this| (this.ip().octets(), this.port()),
    |(octets, port)| Some(SocketAddrV4::new(octets.into(), port)),
    SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0),
);

converted!(
    SocketAddrV6,
    "SocketAddrV6",
    ([u8; 16], u16, u32, u32),
    |this| (
        this.ip().octets(),
        this.port(),
        this.flowinfo(),
        this.scope_id()
    ),
    |(octets, port, flow, scope)| Some(SocketAddrV6::new(octets.into(), port, flow, scope)),
    SocketAddrV6::new(Ipv6Addr::UNSPECIFIED, 0, 0, 0),
);

converted!(
    SocketAddr,
    "SocketAddr",
    (u8, [u8; 16], u16, u32, u32),
    |this| {
        let (version, octets) = ip_parts(this.ip());
        match this {
            SocketAddr::V4(_) => (version, octets, this.port(), 0, 0),
            SocketAddr::V6(v6) => (version, octets, v6.port(), v6.flowinfo(), v6.scope_id()),
        }
    },
    |(version, octets, port, flow, scope)| match ip((version, octets))? {
        IpAddr::V4(ip) => (flow == 0 && scope == 0).then(|| SocketAddrV4::new(ip, port).into()),
        IpAddr::V6(ip) => Some(SocketAddrV6::new(ip, port, flow, scope).into()),
    },
    SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0)),
);
