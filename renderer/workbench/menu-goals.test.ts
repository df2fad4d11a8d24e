import { expect, it } from 'vitest';
import { menuCommands } from '#contract/shell.ts';
import { menuGoals } from './menu-goals.ts';
import { parseRoute } from './parse-route.ts';

it('leads every command of the menu but the search to a screen of that name', () => {
  for (const command of menuCommands.filter((each) => each !== 'search'))
    expect(parseRoute(menuGoals[command]).screen).toBe(command.replace('show-', ''));
});
