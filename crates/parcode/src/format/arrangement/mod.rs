//! Payloads arranged for a codec: bytes that are like each other beside each other, and without what
//! follows from the rest.
//!
//! ```text
//! [ description ][ lanes of kind 0 ][ lanes of kind 1 ] … [ all other bytes, in their order ]
//! ```
//!
//! The description says what section 8 of docs/format.md says of the chunk's type, as far as that moves
//! bytes. So neither schema nor Rust type is needed to put a payload together again, and what is above
//! this sees the same bytes whether they were arranged or not.

mod description;
mod lanes;
mod plan;
mod put;
mod take;
mod walk;
mod words;

pub(crate) use description::NOT_ARRANGED;
pub(crate) use plan::{BodyPlan, DEEPEST, Kind, MOST_KINDS, MOST_LANES, MOST_PARTS, Names, Part};
pub(crate) use put::Arrangement;
pub(crate) use take::arrange;

#[cfg(test)]
mod tests;

/// Whether a payload follows `plan`, and comes back however it was arranged.
#[cfg(test)]
pub(crate) fn follows(payload: &[u8], plan: &BodyPlan) -> bool {
    let Some(arranged) = arrange(payload, plan) else {
        return false;
    };
    tests::put(&arranged.description, &arranged.content, payload.len()).unwrap() == payload
}
