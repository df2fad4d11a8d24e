/** The kind of a setting, followed by each field that departs from what the kind has by default: `odin magnitude 0`. */
export function kindWithDepartures(
  setting: { readonly kind: string },
  defaults: { readonly kind: string },
  write: (value: unknown) => string = String,
): string {
  const usual: Readonly<Record<string, unknown>> = defaults;
  const departures = Object.entries(setting)
    .filter(([field, value]) => usual[field] !== value)
    .map(([field, value]) => `${field} ${write(value)}`);
  return [setting.kind, ...departures].join(' ');
}
