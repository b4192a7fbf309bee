//! What a `view(…)` trait's getters give: the same for a value and for its mirror.

use crate::object::ParcodeObject;

/// A type that a value and a mirror of it can be looked at as alike: scalars by value, text as
/// `&str`, and options, arrays and tuples of those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a getter of `#[parcode(view(…))]`",
    note = "scalars, text, `value` types, and options, arrays and tuples of those can"
)]
pub trait AsView: ParcodeObject {
    /// What both give.
    type View<'a>;

    /// The view of a value.
    fn view(&self) -> Self::View<'_>;

    /// The view of a mirror.
    fn view_lazy<'a>(lazy: &'a Self::Lazy<'_>) -> Self::View<'a>;
}
