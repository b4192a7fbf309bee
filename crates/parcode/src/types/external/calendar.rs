//! Dates and times of `chrono` and `time`.
//!
//! The same meaning has the same stored form and name in both crates, so a file that one wrote opens
//! with the other; what one of them cannot hold (a leap second, a year beyond 9999) is an error
//! when its chunk is first touched. Stored forms sort as the types do:
//!
//! | name | stored as |
//! | --- | --- |
//! | `Date` | days since 1970-01-01 |
//! | `TimeOfDay` | seconds since midnight, nanoseconds (a second and more of them is a leap second) |
//! | `DateTime` | both |
//! | `Timestamp` | seconds since 1970-01-01 UTC, nanoseconds |
//! | `OffsetDateTime` | a `Timestamp`, and the offset in seconds; as a key the `Timestamp` alone, for two that differ in the offset are equal |
//! | `SignedDuration` | seconds, and nanoseconds with the same sign |
//! | `UtcOffset` | seconds to the east |
//! | `Weekday`, `Month` | 0 for Monday, 1 for January |

/// Nanoseconds that go with these seconds; `None` where the signs differ or a second is full.
fn within_second(seconds: i64, nanos: i32) -> Option<i32> {
    let same_sign = seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0);
    (same_sign && nanos.unsigned_abs() < 1_000_000_000).then_some(nanos)
}

#[cfg(feature = "chrono")]
mod of_chrono {
    use super::within_second;
    use chrono::{
        DateTime, Datelike, FixedOffset, Month, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta,
        Timelike, Utc, Weekday,
    };

    /// 1970-01-01, counted from the first day of year 1.
    const EPOCH: i32 = 719_163;

    fn days(date: NaiveDate) -> i32 {
        date.num_days_from_ce() - EPOCH
    }

    fn date(days: i32) -> Option<NaiveDate> {
        NaiveDate::from_num_days_from_ce_opt(days.checked_add(EPOCH)?)
    }

    /// `with_nanosecond` takes every leap second that a `NaiveTime` can hold; the constructor does not.
    fn time(seconds: u32, nanos: u32) -> Option<NaiveTime> {
        NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0)?.with_nanosecond(nanos)
    }

    fn timestamp(seconds: i64, nanos: u32) -> Option<DateTime<Utc>> {
        let second = DateTime::from_timestamp(seconds, 0)?.naive_utc();
        Some(second.with_nanosecond(nanos)?.and_utc())
    }

    converted!(
        NaiveDate,
        "Date",
        i32,
        |this| days(*this),
        date,
        NaiveDate::default(),
    );

    converted!(
        NaiveTime,
        "TimeOfDay",
        (u32, u32),
        |this| (this.num_seconds_from_midnight(), this.nanosecond()),
        |(seconds, nanos)| time(seconds, nanos),
        NaiveTime::MIN,
    );

    converted!(
        NaiveDateTime,
        "DateTime",
        (i32, u32, u32),
        |this| (
            days(this.date()),
            this.num_seconds_from_midnight(),
            this.nanosecond()
        ),
        |(days, seconds, nanos)| Some(date(days)?.and_time(time(seconds, nanos)?)),
        NaiveDateTime::default(),
    );

    converted!(
        DateTime<Utc>,
        "Timestamp",
        (i64, u32),
        |this| (this.timestamp(), this.timestamp_subsec_nanos()),
        |(seconds, nanos)| timestamp(seconds, nanos),
        DateTime::UNIX_EPOCH,
    );

    converted!(
        DateTime<FixedOffset>,
        "OffsetDateTime",
        (i64, u32, i32),
        |this| (
            this.timestamp(),
            this.timestamp_subsec_nanos(),
            this.offset().local_minus_utc()
        ),
        |(seconds, nanos, offset)| {
            Some(timestamp(seconds, nanos)?.with_timezone(&FixedOffset::east_opt(offset)?))
        },
        DateTime::UNIX_EPOCH.fixed_offset(),
        key(i64, u32) = |this| (this.timestamp(), this.timestamp_subsec_nanos()),
    );

    converted!(
        TimeDelta,
        "SignedDuration",
        (i64, i32),
        |this| (this.num_seconds(), this.subsec_nanos()),
        |(seconds, nanos)| match u32::try_from(within_second(seconds, nanos)?) {
            Ok(nanos) => TimeDelta::new(seconds, nanos),
            // chrono counts nanoseconds up from the second below.
            Err(_) => TimeDelta::new(
                seconds.checked_sub(1)?,
                1_000_000_000u32.checked_add_signed(nanos)?,
            ),
        },
        TimeDelta::zero(),
    );

    converted!(
        FixedOffset,
        "UtcOffset",
        i32,
        FixedOffset::local_minus_utc,
        FixedOffset::east_opt,
        chrono::Offset::fix(&Utc),
    );

    converted!(
        Weekday,
        "Weekday",
        u8,
        |this| this.num_days_from_monday() as u8,
        |day| Weekday::try_from(day).ok(),
        Weekday::Mon,
    );

    converted!(
        Month,
        "Month",
        u8,
        |this| this.number_from_month() as u8,
        |month| Month::try_from(month).ok(),
        Month::January,
    );
}

#[cfg(feature = "time")]
mod of_time {
    use super::within_second;
    use time::{
        Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime, UtcOffset,
        Weekday,
    };

    /// 1970-01-01 as a Julian day.
    const EPOCH: i32 = 2_440_588;
    const DAY: i64 = 24 * 60 * 60;

    fn days(date: Date) -> i32 {
        date.to_julian_day() - EPOCH
    }

    fn date(days: i32) -> Option<Date> {
        Date::from_julian_day(days.checked_add(EPOCH)?).ok()
    }

    fn seconds(time: Time) -> u32 {
        let (hour, minute, second) = time.as_hms();
        (u32::from(hour) * 60 + u32::from(minute)) * 60 + u32::from(second)
    }

    fn time(seconds: u32, nanos: u32) -> Option<Time> {
        let hour = u8::try_from(seconds / 3600).ok()?;
        let (minute, second) = ((seconds / 60 % 60) as u8, (seconds % 60) as u8);
        Time::from_hms_nano(hour, minute, second, nanos).ok()
    }

    fn date_time(days: i32, seconds: u32, nanos: u32) -> Option<PrimitiveDateTime> {
        Some(PrimitiveDateTime::new(date(days)?, time(seconds, nanos)?))
    }

    /// By way of the local date: in UTC it may lie beyond the last year.
    fn offset_date_time(seconds: i64, nanos: u32, offset: i32) -> Option<OffsetDateTime> {
        let local = seconds.checked_add(offset.into())?;
        let days = i32::try_from(local.div_euclid(DAY)).ok()?;
        let local = date_time(days, local.rem_euclid(DAY) as u32, nanos)?;
        Some(local.assume_offset(UtcOffset::from_whole_seconds(offset).ok()?))
    }

    converted!(Date, "Date", i32, |this| days(*this), date, Date::MIN);

    converted!(
        Time,
        "TimeOfDay",
        (u32, u32),
        |this| (seconds(*this), this.nanosecond()),
        |(seconds, nanos)| time(seconds, nanos),
        Time::MIDNIGHT,
    );

    converted!(
        PrimitiveDateTime,
        "DateTime",
        (i32, u32, u32),
        |this| (days(this.date()), seconds(this.time()), this.nanosecond()),
        |(days, seconds, nanos)| date_time(days, seconds, nanos),
        PrimitiveDateTime::MIN,
    );

    converted!(
        UtcDateTime,
        "Timestamp",
        (i64, u32),
        |this| (this.unix_timestamp(), this.nanosecond()),
        |(seconds, nanos)| {
            let second = UtcDateTime::from_unix_timestamp(seconds).ok()?;
            second.replace_nanosecond(nanos).ok()
        },
        UtcDateTime::UNIX_EPOCH,
    );

    converted!(
        OffsetDateTime,
        "OffsetDateTime",
        (i64, u32, i32),
        |this| (
            this.unix_timestamp(),
            this.nanosecond(),
            this.offset().whole_seconds()
        ),
        |(seconds, nanos, offset)| offset_date_time(seconds, nanos, offset),
        OffsetDateTime::UNIX_EPOCH,
        key(i64, u32) = |this| (this.unix_timestamp(), this.nanosecond()),
    );

    converted!(
        Duration,
        "SignedDuration",
        (i64, i32),
        |this| (this.whole_seconds(), this.subsec_nanoseconds()),
        |(seconds, nanos)| Some(Duration::new(seconds, within_second(seconds, nanos)?)),
        Duration::ZERO,
    );

    converted!(
        UtcOffset,
        "UtcOffset",
        i32,
        |this| this.whole_seconds(),
        |seconds| UtcOffset::from_whole_seconds(seconds).ok(),
        UtcOffset::UTC,
    );

    converted!(
        Weekday,
        "Weekday",
        u8,
        |this| this.number_days_from_monday(),
        |day| (day < 7).then(|| Weekday::Monday.nth_next(day)),
        Weekday::Monday,
    );

    converted!(
        Month,
        "Month",
        u8,
        |this| u8::from(*this),
        |month| Month::try_from(month).ok(),
        Month::January,
    );
}
