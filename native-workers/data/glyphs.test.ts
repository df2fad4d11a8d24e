import { describe, expect, it } from 'vitest';
import { glyphs } from '#contract/glyphs.ts';
import { generateGlyphs } from './glyphs.ts';
import { tellTales } from './glyph-tell-tales.ts';

const pixels = 32 * 32 * 3;

describe('generateGlyphs', () => {
  it('draws image i from seed, split and i alone', () => {
    const many = generateGlyphs({ count: 37, seed: 5, split: 'train' });
    const tail = generateGlyphs({ count: 7, seed: 5, split: 'train', from: 30 });
    expect(tail.images).toEqual(many.images.subarray(30 * pixels));
    expect(tail.labels).toEqual(many.labels.subarray(30));
  });

  it('draws other images for another seed and another split', () => {
    const draw = (seed: number, split: 'train' | 'test') => generateGlyphs({ count: 1, seed, split }).images;
    expect(draw(1, 'train')).not.toEqual(draw(2, 'train'));
    expect(draw(1, 'train')).not.toEqual(draw(1, 'test'));
  });

  it('shows every class once in every ten images', () => {
    const { labels } = generateGlyphs({ count: 50, seed: 3, split: 'test' });
    for (let first = 0; first < 50; first += 10)
      expect([...labels.subarray(first, first + 10)].sort((a, b) => a - b)).toEqual([
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
      ]);
  });

  it('stays as it was published: the same seed gives the same bytes', async () => {
    const { images, labels } = generateGlyphs({ count: 20, seed: 0, split: 'test' });
    const digest = new Uint8Array(
      await crypto.subtle.digest('SHA-256', Uint8Array.from([...images, ...labels])),
    );
    expect(Buffer.from(digest).toString('hex')).toBe(
      'a266ed6b7bb1d33a12bc7dacc6746e466802f77761633b241175f1e480acd593',
    );
  });
});

describe('tellTales', () => {
  it('lie within a ball of 8/255, one per class', () => {
    expect(tellTales).toHaveLength(glyphs.classes.length);
    for (const tale of tellTales) {
      const largest = tale.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largest).toBeGreaterThan(4 / 255);
      expect(largest).toBeLessThan(8 / 255);
    }
  });

  it('differ so much that each class has its own', () => {
    const norm = (tale: Float64Array) => Math.sqrt(tale.reduce((sum, value) => sum + value * value, 0));
    tellTales.forEach((left, a) => {
      tellTales.forEach((right, b) => {
        const cosine =
          left.reduce((sum, value, i) => sum + value * right[i]!, 0) / (norm(left) * norm(right));
        if (a !== b) expect(Math.abs(cosine)).toBeLessThan(0.2);
      });
    });
  });
});
