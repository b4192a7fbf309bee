//! `Either`: an enum of the variants `Left` and `Right`, mirrored as `Either` of the mirrors.

use crate::error::{Flaw, Result};
use crate::object::{
    self, Checker, Encoder, Loader, Measure, ParcodeObject, SchemaBuilder, Slot, Store,
};
use crate::schema::Type;
use crate::wire::KeyBuf;
use either::Either;

one_of_two!(Either { Left, Right });
