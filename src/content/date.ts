/** A date as people write it → a day of the calendar and an instant. */
import { Temporal } from 'temporal-polyfill'

/** A date as its author meant it. */
export interface PostDate {
  /** ISO 8601: `2024-01-22` when no time was written, else with offset, `2024-01-22T10:00:00-07:00`. */
  readonly iso: string
  /** Milliseconds since 1970 UTC, to order by; without a time, those of the start of the day. */
  readonly epoch: number
  /** The calendar day as written, in the date's own zone. */
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  /** 1 to 31. */
  readonly day: number
}

const dayPattern = /(?<year>\d{4})(?<gap>[-/])(?<month>\d{1,2})\k<gap>(?<day>\d{1,2})/
const timePattern = /(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d+))?)?/
const zonePattern = /(?<utc>Z|UTC|GMT)|(?:UTC|GMT)? ?(?<sign>[-+])(?<hours>\d{1,2})(?::?(?<minutes>\d{2}))?/
const datePattern = new RegExp(
  `^${dayPattern.source}(?:[T ]${timePattern.source} ?(?:${zonePattern.source})?)?$`,
  'i',
)

/**
 * Reads a date from front matter or a file name. Taken are `2024-01-22` with one or two digits for month and
 * day and `-` or `/` between them, the compact `20240122`, also as a number, and a time behind a space or
 * `T`: `8:00`, `10:00:00.5`, with a zone (`Z`, `UTC`, `GMT`, `-07:00`, `-0700`, `+09`, `UTC+02:00`) or
 * without. Gives null for everything else and for dates that no calendar has.
 *
 * @param timezone where a date without a zone is meant to be; see `isTimezone` in config.ts. A time that the clocks
 * there skip is moved on by as much, and of one that comes twice the first is meant, as RFC 5545 has it.
 */
export function parseDate(value: unknown, timezone: string): PostDate | null {
  const fields = datePattern.exec(asText(value))?.groups
  if (!fields) return null
  const { hour, minute, second, fraction = '', utc, sign, hours, minutes = '0' } = fields
  const [year = 0, month = 0, day = 0] = [fields.year, fields.month, fields.day].map(Number)
  const time = [hour, minute, second, fraction.slice(0, 3).padEnd(3, '0')].map((part) => Number(part ?? 0))
  const dateTime = calendarTime(year, month, day, time)
  if (!dateTime || Number(hours ?? 0) > 23 || Number(minutes) > 59) return null

  const date = { year, month, day }
  if (hour === undefined) {
    const { epochMilliseconds: epoch } = dateTime.toPlainDate().toZonedDateTime(timezone)
    return { iso: dateTime.toPlainDate().toString(), epoch, ...date }
  }
  const offset = hours && `${sign}${hours.padStart(2, '0')}:${minutes.padStart(2, '0')}`
  const instant = dateTime.toZonedDateTime(utc ? 'UTC' : (offset ?? timezone), {
    disambiguation: 'compatible',
  })
  return { iso: instant.toString({ timeZoneName: 'never' }), epoch: instant.epochMilliseconds, ...date }
}

/**
 * Gives the moment at which a date is over, in milliseconds since 1970: of a day without a time, its end in a time
 * zone (see `isTimezone` in config.ts); of a day with a time, that time.
 */
export function expiryOf(date: PostDate | null, timezone: string): number | null {
  if (!date || date.iso.includes('T')) return date?.epoch ?? null
  const nextDay = Temporal.PlainDate.from(date.iso).add({ days: 1 })
  return nextDay.toZonedDateTime(timezone).epochMilliseconds
}

/** Gives a value in the one form that the pattern knows, if it can be a date. */
function asText(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString()
  if (typeof value !== 'string' && typeof value !== 'number') return ''
  return String(value)
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/^(\d{4})(\d{2})(\d{2})(?!\d)/, '$1-$2-$3')
    .replace(
      /T(\d{2})(\d{2})(\d{2})?(?![\d:])/i,
      (_, hour, minute, second = '00') => `T${hour}:${minute}:${second}`,
    )
}

/** Gives a day and a time of day (hour, minute, second, millisecond), or null where there is none such. */
function calendarTime(
  year: number,
  month: number,
  day: number,
  time: readonly number[],
): Temporal.PlainDateTime | null {
  const [hour = 0, minute = 0, second = 0, millisecond = 0] = time
  try {
    return new Temporal.PlainDateTime(year, month, day, hour, minute, second, millisecond)
  } catch {
    return null
  }
}

/** Gives a date as RFC 3339 has it, with its own offset; one without a time is the start of its day. */
export function timestampOf(date: PostDate): string {
  if (date.iso.includes('T')) return date.iso
  const offset = offsetOf(date)
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map(twoDigits)
  return `${date.iso}T00:00:00${offset < 0 ? '-' : '+'}${hours}:${minutes}`
}

/** Gives a date as RFC 822 has it, the year with four digits, as RSS asks for: `Mon, 22 Jan 2024 10:00:00 -0700`. */
export function mailDateOf(date: PostDate): string {
  const timestamp = timestampOf(date)
  const offset = /[-+]\d\d:\d\d$/.exec(timestamp)?.[0] ?? '+00:00'
  // The local time as if it were UTC, which is what JavaScript can write this way.
  const local = new Date(`${timestamp.slice(0, 19)}Z`).toUTCString()
  return local.replace('GMT', offset.replace(':', ''))
}

/** Minutes from UTC to the local time of the start of a day. */
function offsetOf({ year, month, day, epoch }: PostDate): number {
  const start = new Date(0)
  start.setUTCFullYear(year, month - 1, day)
  return Math.round((start.getTime() - epoch) / 60_000)
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}
