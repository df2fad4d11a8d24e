import { describe, expect, it } from 'vitest';
import { settingText } from './setting-text.ts';

describe('settingText', () => {
  it('writes radii and step sizes in grey levels, everything else as it is', () => {
    expect(settingText('pretrain.objective.epsilon', 8 / 255)).toBe('8/255');
    expect(settingText('pretrain.objective.stepSize', 2 / 255)).toBe('2/255');
    expect(settingText('epsilon', 0.3)).toBe('0.3');
    expect(settingText('prune.density', 0.1)).toBe('0.1');
    expect(settingText('network', 'cnn-small')).toBe('cnn-small');
  });
});
