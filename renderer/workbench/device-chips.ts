import type { Device } from '#contract/device.ts';
import type { SlotView } from '#contract/views.ts';

type Chip = {
  readonly id: string;
  readonly text: string;
  readonly load: string;
  readonly title: string;
  readonly tone: 'active' | 'waiting' | 'stopped';
};

/** Every available device with how many of its slots are at work. */
export function deviceChips(devices: readonly Device[], slots: readonly SlotView[]): Chip[] {
  return devices
    .filter((device) => device.availability.kind === 'available')
    .map((device) => {
      const own = slots.filter((slot) => slot.device.id === device.id);
      const busy = own.filter((slot) => slot.stage !== undefined).length;
      const total = own.length || device.slots;
      const engines = new Set(own.length === 0 ? [device.engine] : own.map((slot) => slot.device.engine));
      return {
        id: device.id,
        text: `${device.kind} · ${[...engines].join(', ')}`,
        load: `${busy}/${total}`,
        title: `${device.name}: ${busy} of ${total} slots at work`,
        tone: busy > 0 ? 'active' : own.some((slot) => slot.state === 'paused') ? 'stopped' : 'waiting',
      };
    });
}
