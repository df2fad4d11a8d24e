import type { Chosen } from '../client/addresses.ts';

/** What is chosen in a view stands in its address and nowhere else, so that a link or a reload keeps it. */
export type AddressChoices<Name extends string> = {
  readonly asked: (name: Name) => string | undefined;
  readonly choose: (chosen: Readonly<Partial<Record<Name, string>>>) => void;
  /** Where this choice leads, for a link. */
  readonly hrefOf: (chosen: Readonly<Partial<Record<Name, string>>>) => string;
};

export function addressChoices<Name extends string>(
  chosen: () => Chosen,
  addressOf: (chosen: Chosen) => string,
): AddressChoices<Name> {
  const hrefOf: AddressChoices<Name>['hrefOf'] = (more) => addressOf({ ...chosen(), ...(more as Chosen) });
  return {
    asked: (name) => chosen()[name],
    hrefOf,
    // Choosing is no step of the way here: "back" leaves the view.
    choose: (more) => location.replace(hrefOf(more)),
  };
}
