//! Identifiers and networks: 16 bytes for a `Uuid` or `Ulid`, an address and a prefix for networks.

#[cfg(feature = "ipnet")]
use crate::types::net::{ip, ip_parts};

#[cfg(feature = "uuid")]
converted!(
    uuid::Uuid,
    "Uuid",
    [u8; 16],
    |this| *this.as_bytes(),
    |bytes| Some(uuid::Uuid::from_bytes(bytes)),
    uuid::Uuid::nil(),
);

#[cfg(feature = "ulid")]
converted!(
    ulid::Ulid,
    "Ulid",
    u128,
    |this| this.0,
    |number| Some(ulid::Ulid(number)),
    ulid::Ulid::nil(),
);

#[cfg(feature = "ipnet")]
converted!(
    ipnet::Ipv4Net,
    "Ipv4Net",
    ([u8; 4], u8),
    |this| (this.addr().octets(), this.prefix_len()),
    |(octets, prefix)| ipnet::Ipv4Net::new(octets.into(), prefix).ok(),
    ipnet::Ipv4Net::default(),
);

#[cfg(feature = "ipnet")]
converted!(
    ipnet::Ipv6Net,
    "Ipv6Net",
    ([u8; 16], u8),
    |this| (this.addr().octets(), this.prefix_len()),
    |(octets, prefix)| ipnet::Ipv6Net::new(octets.into(), prefix).ok(),
    ipnet::Ipv6Net::default(),
);

#[cfg(feature = "ipnet")]
converted!(
    ipnet::IpNet,
    "IpNet",
    (u8, [u8; 16], u8),
    |this| {
        let (version, octets) = ip_parts(this.addr());
        (version, octets, this.prefix_len())
    },
    |(version, octets, prefix)| ipnet::IpNet::new(ip((version, octets))?, prefix).ok(),
    ipnet::IpNet::default(),
);
