import fc from 'fast-check'
import { TomlDate } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { mailDateOf, parseDate, timestampOf } from '../../../src/content/date.js'

const denver = 'America/Denver'

describe('parseDate', () => {
  it('reads a date without a time as that day', () => {
    expect(parseDate('2024-01-22', 'UTC')).toEqual({
      iso: '2024-01-22',
      epoch: Date.UTC(2024, 0, 22),
      year: 2024,
      month: 1,
      day: 22,
    })
  })

  it.each(['2018-3-12', '2018/03/12', '2018/3/12', '20180312', ' 2018-03-12 ', 20180312])(
    'reads %j as the same day',
    (value) => {
      expect(parseDate(value, 'UTC')?.iso).toBe('2018-03-12')
    },
  )

  it("takes the site's zone where none is written, with the clock of that day", () => {
    expect(parseDate('2024-01-22', denver)?.epoch).toBe(Date.UTC(2024, 0, 22, 7))
    expect(parseDate('2024-01-22 10:00', denver)).toEqual({
      iso: '2024-01-22T10:00:00-07:00',
      epoch: Date.UTC(2024, 0, 22, 17),
      year: 2024,
      month: 1,
      day: 22,
    })
    expect(parseDate('2024-07-22 10:00', denver)?.iso).toBe('2024-07-22T10:00:00-06:00')
  })

  it.each([
    ['2024-01-22 8:00', '2024-01-22T08:00:00+00:00'],
    ['2024-01-22 8:00:00', '2024-01-22T08:00:00+00:00'],
    ['2024-01-22T10:00', '2024-01-22T10:00:00+00:00'],
    ['2024-01-22t10:00:00z', '2024-01-22T10:00:00+00:00'],
    ['2024-01-22   10:00:00', '2024-01-22T10:00:00+00:00'],
    ['2024-01-22 10:00:00.5', '2024-01-22T10:00:00.5+00:00'],
    ['2024-01-22T10:00:00,123456789Z', '2024-01-22T10:00:00.123+00:00'],
    ['20240122T100000Z', '2024-01-22T10:00:00+00:00'],
    ['20240122T1000', '2024-01-22T10:00:00+00:00'],
  ])('reads the time of %j', (value, iso) => {
    expect(parseDate(value, 'UTC')?.iso).toBe(iso)
  })

  it.each([
    ['2024-01-22 10:00:00 -0700', '2024-01-22T10:00:00-07:00', 17],
    ['2024-01-22 10:00:00-07:00', '2024-01-22T10:00:00-07:00', 17],
    ['2024-01-22T10:00:00.000-07:00', '2024-01-22T10:00:00-07:00', 17],
    ['2024-01-22 10:00 Z', '2024-01-22T10:00:00+00:00', 10],
    ['2024-01-22 10:00:00 UTC', '2024-01-22T10:00:00+00:00', 10],
    ['2024-01-22 10:00:00 GMT', '2024-01-22T10:00:00+00:00', 10],
    ['2024-01-22 10:00:00 UTC+02:00', '2024-01-22T10:00:00+02:00', 8],
    ['2024-01-22 10:00:00 GMT-2', '2024-01-22T10:00:00-02:00', 12],
    ['2024-01-22 10:00:00 +09', '2024-01-22T10:00:00+09:00', 1],
    ['2024-01-22 10:00:00 +0000', '2024-01-22T10:00:00+00:00', 10],
  ])("reads the zone of %j, whatever the site's", (value, iso, utcHour) => {
    for (const timezone of ['UTC', denver, 'Asia/Tokyo']) {
      expect(parseDate(value, timezone)).toEqual({
        iso,
        epoch: Date.UTC(2024, 0, 22, utcHour),
        year: 2024,
        month: 1,
        day: 22,
      })
    }
  })

  it("keeps the calendar day of the date's own zone", () => {
    const late = parseDate('2024-01-31 23:30:00 -0700', 'Asia/Tokyo')
    expect(late).toMatchObject({ year: 2024, month: 1, day: 31, epoch: Date.UTC(2024, 1, 1, 6, 30) })
  })

  it('moves a time that the clocks skip forward, and takes the first of one that comes twice', () => {
    expect(parseDate('2024-03-31 02:30', 'Europe/Berlin')?.iso).toBe('2024-03-31T03:30:00+02:00')
    expect(parseDate('2024-10-27 02:30', 'Europe/Berlin')?.iso).toBe('2024-10-27T02:30:00+02:00')
  })

  it('starts a day that has no midnight at its first moment', () => {
    expect(parseDate('2018-11-04', 'America/Sao_Paulo')?.epoch).toBe(Date.UTC(2018, 10, 4, 3))
  })

  it('takes dates that a parser has already made', () => {
    expect(parseDate(new Date(Date.UTC(2024, 0, 22, 10)), denver)?.iso).toBe('2024-01-22T10:00:00+00:00')
    expect(parseDate(new TomlDate('2024-01-22'), denver)?.iso).toBe('2024-01-22')
    expect(parseDate(new TomlDate('2024-01-22 10:00:00'), denver)?.iso).toBe('2024-01-22T10:00:00-07:00')
    expect(parseDate(new TomlDate('2024-01-22T10:00:00+02:00'), denver)?.iso).toBe(
      '2024-01-22T10:00:00+02:00',
    )
    expect(parseDate(new TomlDate('10:00:00'), denver)).toBeNull()
    expect(parseDate(new Date(Number.NaN), denver)).toBeNull()
  })

  it.each([
    '2024-02-30',
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-01-00',
    '2024-01-22 25:00',
    '2024-01-22 24:00',
    '2024-01-22 10:60',
    '2024-01-22 10:00:61',
    '2024-01-22 10:00 +24:00',
    '2024-01-22 10:00 +02:75',
    '20240230',
    20240230,
  ])('finds that %j is in no calendar', (value) => {
    expect(parseDate(value, 'UTC')).toBeNull()
  })

  it.each([
    '',
    'soon',
    '2024',
    2024,
    '2024-01',
    '2024-01/22',
    '22-01-2024',
    '2024-01-22 noon',
    '2024-01-22 10',
    '2024-01-22 10:00 Z+02:00',
    '2024-01-221',
    '202401221',
    1705917600000,
    20240122.5,
    null,
    undefined,
    true,
    ['2024-01-22'],
    { year: 2024 },
  ])('does not take %j for a date', (value) => {
    expect(parseDate(value, 'UTC')).toBeNull()
  })

  it('gives the same on a machine in any zone', () => {
    const values = ['2024-01-22', '2024-03-31 02:30', '2024-07-01T12:00:00', '2024-01-22 10:00 -0700']
    const before = process.env.TZ
    const answers = ['UTC', 'Asia/Tokyo', 'America/Denver', 'Pacific/Apia'].map((zone) => {
      process.env.TZ = zone
      return {
        machine: new Date(2024, 0, 22).getTime(),
        dates: JSON.stringify(values.map((value) => parseDate(value, 'Europe/Berlin'))),
      }
    })
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
    expect(new Set(answers.map(({ machine }) => machine)).size).toBe(4)
    expect(new Set(answers.map(({ dates }) => dates)).size).toBe(1)
  })

  const two = (number: number) => String(number).padStart(2, '0')
  const instants = fc.date({
    min: new Date(Date.UTC(1900, 0, 1)),
    max: new Date(Date.UTC(2200, 0, 1)),
    noInvalidDate: true,
  })
  const timezones = fc.constantFrom('UTC', 'Europe/Berlin', denver, 'Asia/Tokyo', 'Asia/Kolkata')

  it('reads back every day however it is written', () => {
    fc.assert(
      fc.property(
        instants,
        fc.constantFrom('-', '/'),
        fc.boolean(),
        timezones,
        (date, gap, padded, timezone) => {
          const fields = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
          const text = fields.map((field) => (padded ? two(field) : String(field))).join(gap)
          const [year, month, day] = fields
          expect(parseDate(text, timezone)).toMatchObject({
            iso: date.toISOString().slice(0, 10),
            year,
            month,
            day,
          })
          expect(parseDate(text, 'UTC')?.epoch).toBe(date.setUTCHours(0, 0, 0, 0))
        },
      ),
    )
  })

  it('reads back every instant with an offset', () => {
    const offsets = fc.integer({ min: -14 * 60, max: 14 * 60 })
    fc.assert(
      fc.property(instants, offsets, timezones, (date, offset, timezone) => {
        const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1)
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
        const zone = `${offset < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`
        const parsed = parseDate(`${local}${zone}`, timezone)
        expect(parsed?.epoch).toBe(date.getTime())
        expect(parsed?.iso.endsWith(zone)).toBe(true)
      }),
    )
  })

  it('reads its own ISO form as the same date', () => {
    const since1970 = instants.filter((date) => date.getTime() > 0)
    fc.assert(
      fc.property(since1970, fc.boolean(), timezones, timezones, (date, timed, timezone, other) => {
        const parsed = parseDate(date.toISOString().slice(0, timed ? -1 : 10), timezone)
        const again = parseDate(parsed?.iso, timed ? other : timezone)
        expect(again?.iso).toBe(parsed?.iso)
        expect(again?.epoch).toBe(parsed?.epoch)
      }),
    )
  })

  it('never throws, whatever the value', () => {
    const nearly = fc.stringMatching(
      /^\d{1,4}[-/]?\d{1,3}[-/]?\d{1,3}([T ]\d{1,3}:\d{1,3}( ?(UTC|Z)?[+-]\d{1,4})?)?$/,
    )
    fc.assert(
      fc.property(
        fc.oneof(fc.anything({ withDate: true }), fc.string(), nearly),
        timezones,
        (value, timezone) => {
          const parsed = parseDate(value, timezone)
          if (parsed) expect(Number.isInteger(parsed.epoch)).toBe(true)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('A date for machines', () => {
  const written = (value: string, timezone: string) => {
    const date = parseDate(value, timezone)
    return date && [timestampOf(date), mailDateOf(date)]
  }

  it.each([
    ['2024-01-22', 'UTC', '2024-01-22T00:00:00+00:00', 'Mon, 22 Jan 2024 00:00:00 +0000'],
    ['2024-07-22', 'America/Denver', '2024-07-22T00:00:00-06:00', 'Mon, 22 Jul 2024 00:00:00 -0600'],
    ['2024-01-22', 'Asia/Kathmandu', '2024-01-22T00:00:00+05:45', 'Mon, 22 Jan 2024 00:00:00 +0545'],
    ['2024-01-22 10:00 -0700', 'UTC', '2024-01-22T10:00:00-07:00', 'Mon, 22 Jan 2024 10:00:00 -0700'],
    ['2024-01-22 23:30:15.5Z', denver, '2024-01-22T23:30:15.5+00:00', 'Mon, 22 Jan 2024 23:30:15 +0000'],
    ['0033-04-03', 'UTC', '0033-04-03T00:00:00+00:00', 'Sun, 03 Apr 0033 00:00:00 +0000'],
  ])('of %s in %s is %s or %s', (value, timezone, timestamp, mail) => {
    expect(written(value, timezone)).toEqual([timestamp, mail])
  })

  it('is the same instant, and the same day, as the date', () => {
    const instants = fc.date({
      min: new Date('1971-01-01'),
      max: new Date('2099-01-01'),
      noInvalidDate: true,
    })
    const timezones = fc.constantFrom('UTC', 'Europe/Berlin', denver, 'Asia/Kolkata', 'America/Sao_Paulo')
    fc.assert(
      fc.property(instants, fc.boolean(), timezones, (instant, timed, timezone) => {
        const date = parseDate(instant.toISOString().slice(0, timed ? 19 : 10), timezone)
        if (!date) return
        const [timestamp = '', mail = ''] = [timestampOf(date), mailDateOf(date)]
        // A day may begin later than at midnight, where the clocks are moved then: the instant is what counts.
        expect(Date.parse(timestamp)).toBe(date.epoch)
        expect(Date.parse(mail)).toBe(date.epoch)
        expect(timestamp.slice(0, 10)).toBe(date.iso.slice(0, 10))
      }),
    )
  })
})
