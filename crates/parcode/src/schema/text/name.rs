//! Names as they are written in a schema's text.

use crate::schema::Prime;

/// Words that mean something of their own where a type is expected.
const RESERVED: [&str; 7] = [
    "String", "Cbor", "Option", "Vec", "Box", "HashMap", "BTreeMap",
];

/// A name as it is written: quoted where it is no word, or another one.
pub(super) fn word(name: &str) -> String {
    let plain = name
        .chars()
        .all(|char| char.is_alphanumeric() || char == '_');
    let reserved = RESERVED.contains(&name) || Prime::named(name).is_some();
    if plain && !reserved && !name.is_empty() {
        name.into()
    } else {
        format!("{name:?}")
    }
}

/// A name without quotes and number.
pub(super) fn plain_name(word: &str) -> String {
    let Some(quoted) = word.strip_prefix('"') else {
        return word.split('#').next().unwrap_or_default().into();
    };
    let end = quoted.rfind('"').unwrap_or(quoted.len());
    unescaped(quoted.get(..end).unwrap_or_default())
}

/// What `{:?}` escaped.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            plain.push(char);
            continue;
        }
        match chars.next() {
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('t') => plain.push('\t'),
            Some('0') => plain.push('\0'),
            Some('u') => {
                let code: String = chars
                    .by_ref()
                    .skip(1)
                    .take_while(|char| *char != '}')
                    .collect();
                let code = u32::from_str_radix(&code, 16).ok();
                plain.extend(code.and_then(char::from_u32));
            }
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}
