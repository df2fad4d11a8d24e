const thousands = new Intl.NumberFormat('en-GB');
const absolute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

export const formatCount = (count: number): string => thousands.format(count);
export const formatDate = (at: number): string => absolute.format(at);

/** `1` run, `2` runs. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** A duration as a person says it: two units at most. */
export function formatDuration(seconds: number): string {
  if (seconds < 0.95) return '< 1 s';
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) {
    const rest = Math.round(seconds) % 60;
    return minutes < 10 ? `${Math.floor(seconds / 60)} min ${rest} s`.replace(' 0 s', '') : `${minutes} min`;
  }
  if (minutes < 2880) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`.replace(' 0 min', '');
  return `${Math.round(minutes / 1440)} days`;
}

/** Binary units, as the operating system's tools show them. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const exponent = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** exponent;
  return `${value >= 100 || exponent === 0 ? Math.round(value) : value.toFixed(1)} ${units[exponent] ?? ''}`;
}

export const formatPercent = (fraction: number, digits = 1): string =>
  `${(fraction * 100).toFixed(digits)} %`;

/** Four significant digits at most, no trailing zeros; integers with thousands, and powers of ten where zeros would be counted. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return value.toExponential(2);
  if (Number.isInteger(value)) return formatCount(value);
  if (size >= 10_000) return formatCount(Math.round(value));
  if (size < 1e-4) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
}

/** `3 min ago`; beyond a week the date. */
export function formatAgo(at: number, now: number): string {
  const seconds = (now - at) / 1000;
  if (seconds < 45) return 'just now';
  if (seconds < 5400) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  if (seconds < 7 * 86_400) return plural(Math.round(seconds / 86_400), 'day') + ' ago';
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' }).format(at);
}
