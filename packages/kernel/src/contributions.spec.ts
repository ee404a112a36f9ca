import { describe, expect, it } from '@jest/globals';
import { createExtensionPoint } from '@switchyard/plugin-api';
import 'reflect-metadata';
import { firstValueFrom } from 'rxjs';
import { ContributionRegistry } from './contributions.ts';

const signals = createExtensionPoint<string>('signals');

describe('the registry of contributions', () => {
  it('gives items in the order they came, each with who contributed it', () => {
    const registry = new ContributionRegistry();
    registry.add(signals, 'a', 'red');
    registry.add(signals, 'b', 'green');
    const { items, owned } = registry.read(signals);
    expect(items).toEqual(['red', 'green']);
    expect(owned).toEqual([
      { plugin: 'a', item: 'red' },
      { plugin: 'b', item: 'green' },
    ]);
    expect(registry.pointsOf('b')).toEqual(['signals']);
    expect(registry.pointsOf('c')).toEqual([]);
  });

  it('is live, and never changes a list that somebody holds', async () => {
    const registry = new ContributionRegistry();
    const lights = registry.read(signals);
    const before = lights.items;
    const changed = firstValueFrom(lights.changes$);
    registry.add(signals, 'a', 'red');
    expect(await changed).toEqual(['red']);
    expect(lights.items).toEqual(['red']);
    expect(before).toEqual([]);
    expect(Object.isFrozen(lights.items)).toBe(true);
  });

  it('takes away exactly what was added, even if the same was added twice', () => {
    const registry = new ContributionRegistry();
    registry.add(signals, 'a', 'red');
    const takeAway = registry.add(signals, 'a', 'red');
    registry.add(signals, 'a', 'green');
    takeAway();
    takeAway();
    expect(registry.read(signals).items).toEqual(['red', 'green']);
  });

  it('knows what nobody reads', () => {
    const registry = new ContributionRegistry();
    const horns = createExtensionPoint<string>('horns');
    const bells = createExtensionPoint<string>('bells');
    registry.read(signals);
    registry.add(signals, 'a', 'red');
    registry.add(horns, 'a', 'low');
    registry.add(horns, 'b', 'high');
    registry.add(horns, 'b', 'higher');
    registry.add(bells, 'a', 'big')();
    expect(registry.unread()).toEqual([{ point: 'horns', plugins: ['a', 'b'] }]);
  });
});
