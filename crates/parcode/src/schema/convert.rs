//! Numbers of one width as numbers of another.

use super::Prime;
use crate::wire::Scalar;

/// A number on its way from one type to another.
#[derive(Clone, Copy)]
enum Number {
    Signed(i128),
    Unsigned(u128),
    Float(f64),
}

/// Writes the number in `bytes` as another type; `None` where it has no form there: integers that
/// do not fit, floats that would lose a digit.
pub(crate) fn convert_prime(
    bytes: &[u8],
    from: Prime,
    to: Prime,
    into: &mut Vec<u8>,
) -> Option<()> {
    into.clear();
    if from == to {
        into.extend_from_slice(bytes.get(..to.width())?);
        return Some(());
    }
    let number = read(bytes, from)?;
    match to {
        Prime::U8 => put(into, u8::try_from(number.unsigned()?).ok()?),
        Prime::U16 => put(into, u16::try_from(number.unsigned()?).ok()?),
        Prime::U32 => put(into, u32::try_from(number.unsigned()?).ok()?),
        Prime::U64 => put(into, u64::try_from(number.unsigned()?).ok()?),
        Prime::U128 => put(into, number.unsigned()?),
        Prime::I8 => put(into, i8::try_from(number.signed()?).ok()?),
        Prime::I16 => put(into, i16::try_from(number.signed()?).ok()?),
        Prime::I32 => put(into, i32::try_from(number.signed()?).ok()?),
        Prime::I64 => put(into, i64::try_from(number.signed()?).ok()?),
        Prime::I128 => put(into, number.signed()?),
        Prime::F32 => put(into, number.single()?),
        Prime::F64 => put(into, number.double()?),
        Prime::Unit | Prime::Bool | Prime::Char => return None,
    }
    Some(())
}

fn put<T: Scalar>(into: &mut Vec<u8>, number: T) {
    into.extend_from_slice(number.to_wire().as_ref());
}

fn read(bytes: &[u8], prime: Prime) -> Option<Number> {
    Some(match prime {
        Prime::U8 => Number::Unsigned(u8::from_wire(bytes).into()),
        Prime::U16 => Number::Unsigned(u16::from_wire(bytes).into()),
        Prime::U32 => Number::Unsigned(u32::from_wire(bytes).into()),
        Prime::U64 => Number::Unsigned(u64::from_wire(bytes).into()),
        Prime::U128 => Number::Unsigned(u128::from_wire(bytes)),
        Prime::I8 => Number::Signed(i8::from_wire(bytes).into()),
        Prime::I16 => Number::Signed(i16::from_wire(bytes).into()),
        Prime::I32 => Number::Signed(i32::from_wire(bytes).into()),
        Prime::I64 => Number::Signed(i64::from_wire(bytes).into()),
        Prime::I128 => Number::Signed(i128::from_wire(bytes)),
        Prime::F32 => Number::Float(f32::from_wire(bytes).into()),
        Prime::F64 => Number::Float(f64::from_wire(bytes)),
        Prime::Unit | Prime::Bool | Prime::Char => return None,
    })
}

impl Number {
    fn unsigned(self) -> Option<u128> {
        match self {
            Self::Signed(number) => number.try_into().ok(),
            Self::Unsigned(number) => Some(number),
            Self::Float(_) => None,
        }
    }

    fn signed(self) -> Option<i128> {
        match self {
            Self::Signed(number) => Some(number),
            Self::Unsigned(number) => number.try_into().ok(),
            Self::Float(_) => None,
        }
    }

    fn double(self) -> Option<f64> {
        match self {
            Self::Float(number) => Some(number),
            _ => None,
        }
    }

    fn single(self) -> Option<f32> {
        let double = self.double()?;
        let single = double as f32;
        let same = f64::from(single).total_cmp(&double).is_eq();
        (same || double.is_nan()).then_some(single)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(bytes: &[u8], from: Prime, to: Prime) -> Option<Vec<u8>> {
        let mut into = Vec::new();
        convert_prime(bytes, from, to, &mut into).map(|()| into)
    }

    #[test]
    fn numbers_keep_their_value_or_have_no_form() {
        let minus_one = (-1i32).to_le_bytes();
        let widened = convert(&minus_one, Prime::I32, Prime::I64);
        assert_eq!(widened, Some((-1i64).to_le_bytes().to_vec()));
        assert_eq!(convert(&minus_one, Prime::I32, Prime::U64), None);
        assert_eq!(convert(&300u16.to_le_bytes(), Prime::U16, Prime::U8), None);
        assert_eq!(
            convert(&255u16.to_le_bytes(), Prime::U16, Prime::U8),
            Some(vec![255])
        );
        let half = convert(&0.5f32.to_le_bytes(), Prime::F32, Prime::F64);
        assert_eq!(half, Some(0.5f64.to_le_bytes().to_vec()));
        assert_eq!(convert(&0.1f64.to_le_bytes(), Prime::F64, Prime::F32), None);
    }
}
