import { addresses } from '../client/addresses.ts';

/** The screens of the rail, each with the key that follows `g`. */
export const places = [
  { id: 'studies', text: 'Studies', href: addresses.studies, key: 's' },
  { id: 'farm', text: 'Farm', href: addresses.farm, key: 'f' },
  { id: 'runs', text: 'Runs', href: addresses.runs(), key: 'r' },
  { id: 'compare', text: 'Compare', href: addresses.compare(), key: 'c' },
  { id: 'open-world', text: 'Open world', href: addresses.openWorld(), key: 'o' },
  { id: 'library', text: 'Library', href: addresses.library, key: 'l' },
  { id: 'settings', text: 'Settings', href: addresses.settings, key: ',' },
] as const;
export type PlaceId = (typeof places)[number]['id'];
