//! `Duration` and `SystemTime`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const NANOS: u32 = 1_000_000_000;

converted!(
    Duration,
    "Duration",
    (u64, u32),
    |this| (this.as_secs(), this.subsec_nanos()),
    |(seconds, nanos)| (nanos < NANOS).then(|| Duration::new(seconds, nanos)),
    Duration::ZERO,
);

// Seconds before or after the start of 1970, and nanoseconds after that second.
converted!(
    SystemTime,
    "SystemTime",
    (i64, u32),
    |this| match this.duration_since(UNIX_EPOCH) {
        Ok(after) => (after.as_secs() as i64, after.subsec_nanos()),
        Err(before) => {
            let before = before.duration();
            let seconds = 0i64.saturating_sub_unsigned(before.as_secs());
            match before.subsec_nanos() {
                0 => (seconds, 0),
                nanos => (seconds.saturating_sub(1), NANOS - nanos),
            }
        }
    },
    |(seconds, nanos)| {
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let second = if seconds < 0 {
            UNIX_EPOCH.checked_sub(whole)
        } else {
            UNIX_EPOCH.checked_add(whole)
        };
        second
            .filter(|_| nanos < NANOS)?
            .checked_add(Duration::from_nanos(nanos.into()))
    },
    UNIX_EPOCH,
);
