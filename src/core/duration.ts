/** Durations as users type them (`5m`) and as logs show them (`2 min 5 s`). */

const SECOND = 1000;
/** By what follows the number; nothing does where it counts seconds. */
const UNIT_MS: Readonly<Record<string, number>> = { '': SECOND, s: SECOND, m: 60 * SECOND, h: 3600 * SECOND };

/** Milliseconds of `90s`, `5m`, `2h` or `90` (seconds); undefined for anything else, blanks and signs included. */
export function parseDuration(text: string): number | undefined {
  const match = /^(0|[1-9]\d{0,8})([smh]?)$/.exec(text);
  const unit = UNIT_MS[match?.[2] ?? 'none'];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

const DAY = 86_400 * SECOND;
const DAYS: Readonly<Record<string, number>> = { d: DAY, w: 7 * DAY };

/** Milliseconds of `30d` or `8w`; undefined for anything else, `0d` included. */
export function parseDays(text: string): number | undefined {
  const match = /^([1-9]\d{0,4})([dw])$/.exec(text);
  const unit = DAYS[match?.[2] ?? 'none'];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

/** Milliseconds as people read them: `0.4 s`, `12.3 s`, `2 min 5 s`, `1 h 2 min`, `3 d 4 h`. */
export function formatDuration(milliseconds: number): string {
  const tenths = Math.round(milliseconds / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / SECOND);
  if (seconds < 3600) return pair(seconds, 60, 'min', 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return pair(minutes, 60, 'h', 'min');
  return pair(Math.round(minutes / 60), 24, 'd', 'h');
}

function pair(amount: number, per: number, large: string, small: string): string {
  const rest = amount % per;
  const whole = `${Math.floor(amount / per)} ${large}`;
  return rest === 0 ? whole : `${whole} ${rest} ${small}`;
}
