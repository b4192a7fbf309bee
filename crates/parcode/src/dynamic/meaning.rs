//! Values with a meaning of their own, as people write them, and back.

use super::Key;
use crate::schema::Meaning;
use crate::wire::Scalar;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

const SECOND: u32 = 1_000_000_000;
const DAY: i64 = 86_400;
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// Crockford's alphabet, in which a ULID is written.
const BASE_32: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The value in the bytes of a slot, written.
pub(super) fn written(meaning: Meaning, slot: &[u8]) -> String {
    let at = |at: usize| slot.get(at..).unwrap_or_default();
    let byte = |place: usize| at(place).first().copied().unwrap_or_default();
    let word = |place: usize| u32::from_wire(at(place));
    let seconds = || i64::from_wire(slot);
    match meaning {
        Meaning::Duration => with_fraction(u64::from_wire(slot).to_string(), word(8)) + "s",
        Meaning::SignedDuration => {
            let nanos = word(8) as i32;
            let sign = if seconds() < 0 || nanos < 0 { "-" } else { "" };
            let whole = format!("{sign}{}", seconds().unsigned_abs());
            with_fraction(whole, nanos.unsigned_abs()) + "s"
        }
        Meaning::Ipv4Addr => Ipv4Addr::from(first::<4>(slot)).to_string(),
        Meaning::Ipv6Addr => Ipv6Addr::from(first::<16>(slot)).to_string(),
        Meaning::IpAddr => ip(slot).to_string(),
        Meaning::SocketAddrV4 => {
            SocketAddrV4::new(first::<4>(slot).into(), u16::from_wire(at(4))).to_string()
        }
        Meaning::SocketAddrV6 => socket_v6(slot).to_string(),
        Meaning::SocketAddr => match ip(slot) {
            IpAddr::V4(ip) => SocketAddrV4::new(ip, u16::from_wire(at(17))).to_string(),
            IpAddr::V6(_) => socket_v6(at(1)).to_string(),
        },
        Meaning::Ipv4Net => format!("{}/{}", Ipv4Addr::from(first::<4>(slot)), byte(4)),
        Meaning::Ipv6Net => format!("{}/{}", Ipv6Addr::from(first::<16>(slot)), byte(16)),
        Meaning::IpNet => format!("{}/{}", ip(slot), byte(17)),
        Meaning::Uuid => uuid(first(slot)),
        Meaning::Ulid => ulid(u128::from_wire(slot)),
        Meaning::Date => date(i32::from_wire(slot).into()),
        Meaning::TimeOfDay => time(word(0), word(4)),
        Meaning::DateTime => {
            let days = i32::from_wire(slot);
            format!("{}T{}", date(days.into()), time(word(4), word(8)))
        }
        Meaning::SystemTime | Meaning::Timestamp => instant(seconds(), word(8)) + "Z",
        Meaning::OffsetDateTime => {
            let offset = i32::from_wire(at(12));
            let local = seconds().saturating_add(offset.into());
            instant(local, word(8)) + &offset_text(offset)
        }
        Meaning::UtcOffset => offset_text(i32::from_wire(slot)),
        Meaning::Weekday => WEEKDAYS
            .get(usize::from(byte(0)))
            .copied()
            .unwrap_or("?")
            .into(),
        Meaning::Month => {
            let month = usize::from(byte(0)).checked_sub(1);
            month
                .and_then(|month| MONTHS.get(month))
                .copied()
                .unwrap_or("?")
                .into()
        }
        Meaning::Decimal => decimal(i128::from_wire(slot), byte(16).into()),
        // These are written as what they are laid out as.
        Meaning::NonZero
        | Meaning::NotNan
        | Meaning::Path
        | Meaning::Url
        | Meaning::Version
        | Meaning::VersionReq
        | Meaning::RangeFull
        | Meaning::Range => String::new(),
    }
}

fn first<const N: usize>(slot: &[u8]) -> [u8; N] {
    slot.first_chunk().copied().unwrap_or([0; N])
}

fn ip(slot: &[u8]) -> IpAddr {
    let octets = slot.get(1..).unwrap_or_default();
    match slot.first() {
        Some(4) => Ipv4Addr::from(first::<4>(octets)).into(),
        _ => Ipv6Addr::from(first::<16>(octets)).into(),
    }
}

fn socket_v6(slot: &[u8]) -> SocketAddrV6 {
    let word = |at: usize| u32::from_wire(slot.get(at..).unwrap_or_default());
    let port = u16::from_wire(slot.get(16..).unwrap_or_default());
    SocketAddrV6::new(first::<16>(slot).into(), port, word(18), word(22))
}

fn uuid(bytes: [u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (i, byte) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn ulid(number: u128) -> String {
    let digit = |place: u32| {
        let digit = (number >> (5 * place)) as usize & 31;
        BASE_32.get(digit).map_or('?', |digit| char::from(*digit))
    };
    (0..26).rev().map(digit).collect()
}

/// Digits after the point: none, or three, six or nine.
fn with_fraction(mut whole: String, nanos: u32) -> String {
    let _ = match nanos {
        0 => Ok(()),
        nanos if nanos % 1_000_000 == 0 => write!(whole, ".{:03}", nanos / 1_000_000),
        nanos if nanos % 1_000 == 0 => write!(whole, ".{:06}", nanos / 1_000),
        nanos => write!(whole, ".{nanos:09}"),
    };
    whole
}

/// Nanoseconds beyond a second are a leap second.
fn time(seconds: u32, nanos: u32) -> String {
    let leap = nanos / SECOND;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let text = format!("{hours:02}:{minutes:02}:{:02}", seconds % 60 + leap);
    with_fraction(text, nanos % SECOND)
}

fn instant(seconds: i64, nanos: u32) -> String {
    let days = seconds.div_euclid(DAY);
    let second = u32::try_from(seconds.rem_euclid(DAY)).unwrap_or_default();
    format!("{}T{}", date(days), time(second, nanos))
}

fn offset_text(offset: i32) -> String {
    let (sign, seconds) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
    let text = format!("{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
    match seconds % 60 {
        0 => text,
        rest => format!("{text}:{rest:02}"),
    }
}

/// A day of the Gregorian calendar, counted from 1970-01-01 (Howard Hinnant's `civil_from_days`).
fn date(days: i64) -> String {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day_of_month = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    match year {
        0..=9999 => format!("{year:04}-{month:02}-{day_of_month:02}"),
        _ => format!("{year:+05}-{month:02}-{day_of_month:02}"),
    }
}

fn days(text: &str) -> Option<i64> {
    let (text, sign) = match text.strip_prefix('-') {
        Some(text) => (text, -1),
        None => (text.strip_prefix('+').unwrap_or(text), 1),
    };
    let mut parts = text.splitn(3, '-').map(str::parse::<i64>);
    let year = sign * parts.next()?.ok().filter(|year| *year < 10_000_000)?;
    let month = parts
        .next()?
        .ok()
        .filter(|month| (1..=12).contains(month))?;
    let day = parts.next()?.ok().filter(|day| (1..=31).contains(day))?;
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month = (month + 9) % 12;
    let of_year = (153 * month + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// Seconds since midnight, and nanoseconds.
fn time_of(text: &str) -> Option<(u32, u32)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = whole.splitn(3, ':').map(str::parse::<u32>);
    let (hour, minute) = (parts.next()?.ok()?, parts.next()?.ok()?);
    let second = parts.next().unwrap_or(Ok(0)).ok()?;
    if hour > 23 || minute > 59 || second > 60 || fraction.len() > 9 {
        return None;
    }
    let nanos: u32 = format!("{fraction:0<9}").parse().ok()?;
    let leap = second / 60;
    Some((
        hour * 3600 + minute * 60 + second - leap,
        nanos + leap * SECOND,
    ))
}

fn date_time(text: &str) -> Option<(i64, u32, u32)> {
    let (date, time) = text.split_once(['T', ' '])?;
    let (seconds, nanos) = time_of(time)?;
    Some((days(date)?, seconds, nanos))
}

fn offset_of(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (seconds, _) = time_of(text.get(1..)?)?;
    Some(sign * i64::from(seconds))
}

/// Seconds since 1970, nanoseconds, and the offset.
fn instant_of(text: &str) -> Option<(i64, u32, i64)> {
    let time_at = text.find(['T', ' '])?;
    let offset_at = time_at + text.get(time_at..)?.find(['Z', '+', '-'])?;
    let (days, seconds, nanos) = date_time(text.get(..offset_at)?)?;
    let offset = offset_of(text.get(offset_at..)?)?;
    Some((days * DAY + i64::from(seconds) - offset, nanos, offset))
}

/// A mantissa with the point `scale` digits from its end.
fn decimal(mantissa: i128, scale: usize) -> String {
    let digits = format!("{:0>1$}", mantissa.unsigned_abs(), scale + 1);
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(scale));
    let sign = if mantissa < 0 { "-" } else { "" };
    match fraction {
        "" => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{fraction}"),
    }
}

/// What text says, as a key of what the type is laid out as; `None` where it is none of that type.
pub(super) fn read(meaning: Meaning, text: &str) -> Option<Key> {
    let number = |number: i128| Key::Signed(number);
    let list = |parts: &[i128]| Key::List(parts.iter().copied().map(number).collect());
    let octets =
        |octets: &[u8]| Key::List(octets.iter().map(|octet| number((*octet).into())).collect());
    let address = |address: IpAddr| -> [Key; 2] {
        match address {
            IpAddr::V4(ip) => {
                let mut all = [0; 16];
                all.iter_mut()
                    .zip(ip.octets())
                    .for_each(|(all, octet)| *all = octet);
                [number(4), octets(&all)]
            }
            IpAddr::V6(ip) => [number(6), octets(&ip.octets())],
        }
    };
    let net = || {
        let (ip, prefix) = text.split_once('/')?;
        Some((ip, number(prefix.parse::<u8>().ok()?.into())))
    };
    Some(match meaning {
        Meaning::Ipv4Addr => octets(&text.parse::<Ipv4Addr>().ok()?.octets()),
        Meaning::Ipv6Addr => octets(&text.parse::<Ipv6Addr>().ok()?.octets()),
        Meaning::IpAddr => Key::List(address(text.parse().ok()?).into()),
        Meaning::SocketAddrV4 => {
            let socket: SocketAddrV4 = text.parse().ok()?;
            Key::List(vec![
                octets(&socket.ip().octets()),
                number(socket.port().into()),
            ])
        }
        Meaning::SocketAddrV6 => {
            let socket: SocketAddrV6 = text.parse().ok()?;
            Key::List(vec![
                octets(&socket.ip().octets()),
                number(socket.port().into()),
                number(socket.flowinfo().into()),
                number(socket.scope_id().into()),
            ])
        }
        Meaning::SocketAddr => {
            let socket: SocketAddr = text.parse().ok()?;
            let (flow, scope) = match socket {
                SocketAddr::V4(_) => (0, 0),
                SocketAddr::V6(socket) => (socket.flowinfo(), socket.scope_id()),
            };
            let [version, octets] = address(socket.ip());
            let rest = [socket.port().into(), flow.into(), scope.into()].map(number);
            Key::List([version, octets].into_iter().chain(rest).collect())
        }
        Meaning::Ipv4Net => {
            let (ip, prefix) = net()?;
            Key::List(vec![octets(&ip.parse::<Ipv4Addr>().ok()?.octets()), prefix])
        }
        Meaning::Ipv6Net => {
            let (ip, prefix) = net()?;
            Key::List(vec![octets(&ip.parse::<Ipv6Addr>().ok()?.octets()), prefix])
        }
        Meaning::IpNet => {
            let (ip, prefix) = net()?;
            let [version, octets] = address(ip.parse().ok()?);
            Key::List(vec![version, octets, prefix])
        }
        Meaning::Uuid => {
            let digits: String = text.chars().filter(|c| *c != '-').collect();
            let number = u128::from_str_radix(&digits, 16).ok();
            octets(&number.filter(|_| digits.len() == 32)?.to_be_bytes())
        }
        Meaning::Ulid => {
            let digit = |byte: u8| {
                let byte = byte.to_ascii_uppercase();
                BASE_32.iter().position(|digit| *digit == byte)
            };
            let digits = text.bytes().map(digit).collect::<Option<Vec<_>>>()?;
            if digits.len() != 26 || digits.first().is_none_or(|first| *first > 7) {
                return None;
            }
            let number = digits
                .iter()
                .fold(0, |number, digit| number << 5 | *digit as u128);
            Key::Unsigned(number)
        }
        Meaning::Date => number(days(text)?.into()),
        Meaning::TimeOfDay => {
            let (seconds, nanos) = time_of(text)?;
            list(&[seconds.into(), nanos.into()])
        }
        Meaning::DateTime => {
            let (days, seconds, nanos) = date_time(text)?;
            list(&[days.into(), seconds.into(), nanos.into()])
        }
        Meaning::SystemTime | Meaning::Timestamp => {
            let (seconds, nanos, _) = instant_of(text)?;
            list(&[seconds.into(), nanos.into()])
        }
        Meaning::OffsetDateTime => {
            let (seconds, nanos, offset) = instant_of(text)?;
            list(&[seconds.into(), nanos.into(), offset.into()])
        }
        Meaning::UtcOffset => number(offset_of(text)?.into()),
        Meaning::Weekday => number(WEEKDAYS.iter().position(|day| *day == text)? as i128),
        Meaning::Month => number(MONTHS.iter().position(|month| *month == text)? as i128 + 1),
        Meaning::Decimal => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            let mantissa: i128 = format!("{whole}{fraction}").parse().ok()?;
            Key::List(vec![number(mantissa), number(fraction.len() as i128)])
        }
        Meaning::Path | Meaning::Url | Meaning::Version | Meaning::VersionReq => {
            Key::Text(text.into())
        }
        Meaning::Duration | Meaning::SignedDuration => {
            let sign = if text.starts_with('-') { -1 } else { 1 };
            let text = text.trim_start_matches('-').strip_suffix('s')?;
            let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
            let nanos: i128 = format!("{fraction:0<9}").parse().ok()?;
            let seconds: i128 = seconds.parse().ok()?;
            list(&[sign * seconds, sign * nanos])
        }
        Meaning::NonZero | Meaning::NotNan | Meaning::RangeFull | Meaning::Range => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_both_ways() {
        for day in (-800_000..800_000).step_by(97).chain(-3..3) {
            assert_eq!(days(&date(day)), Some(day), "{}", date(day));
        }
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(-719_529), "-0001-12-31");
    }

    #[test]
    fn times_and_instants() {
        assert_eq!(time(86_399, 1_500_000_000), "23:59:60.500");
        assert_eq!(time_of("23:59:60.5"), Some((86_399, 1_500_000_000)));
        assert_eq!(instant(-1, 1000), "1969-12-31T23:59:59.000001");
        let read = instant_of("2020-02-29T12:00:00.25+01:30");
        assert_eq!(read, Some((1_582_972_200, 250_000_000, 5400)));
        assert_eq!(offset_text(-5400), "-01:30");
    }

    #[test]
    fn decimals() {
        assert_eq!(decimal(-5, 3), "-0.005");
        assert_eq!(decimal(1200, 2), "12.00");
        assert_eq!(decimal(7, 0), "7");
    }
}
