/** How many requests are let in at once, and how that follows the server's strength. */
import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/errors.ts';
import { createGate, type Outcome } from '../../src/gitlab/http/gate.ts';

const open = new AbortController().signal;

async function pass(gate: ReturnType<typeof createGate>, outcome: Outcome, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) (await gate.enter(open)).leave(outcome);
}

describe('the gate', () => {
  test('lets in as many as it is wide, from the start, and the next when one leaves', async () => {
    const gate = createGate(2);
    const first = await gate.enter(open);
    await gate.enter(open);
    let third = false;
    const waiting = gate.enter(open).then(() => {
      third = true;
    });

    await new Promise(setImmediate);
    expect(third).toBe(false);
    first.leave('well');
    await waiting;

    expect(third).toBe(true);
  });

  test('halves on overload, down to one', async () => {
    const gate = createGate(8);
    const widths = [];
    for (let time = 0; time < 5; time += 1) {
      await pass(gate, 'overloaded');
      widths.push(gate.width());
    }

    expect(widths).toEqual([4, 2, 1, 1, 1]);
  });

  test('halves once for all that were under way together', async () => {
    const gate = createGate(8);
    const places = await Promise.all(Array.from({ length: 8 }, () => gate.enter(open)));

    for (const place of places) place.leave('overloaded');

    expect(gate.width()).toBe(4);
  });

  test('grows by one after a run of successes, and not above where it began', async () => {
    const gate = createGate(4);
    await pass(gate, 'overloaded');

    await pass(gate, 'well', 16);
    expect(gate.width()).toBe(3);
    await pass(gate, 'well', 100);

    expect(gate.width()).toBe(4);
  });

  test('a failure that is not overload changes nothing', async () => {
    const gate = createGate(4);

    await pass(gate, 'neither', 50);

    expect(gate.width()).toBe(4);
  });

  test('leaving twice frees one place', async () => {
    const gate = createGate(1);
    const place = await gate.enter(open);
    place.leave('well');
    place.leave('well');
    await gate.enter(open);
    let another = false;
    void gate.enter(open).then(() => {
      another = true;
    });

    await new Promise(setImmediate);

    expect(another).toBe(false);
  });

  test('a run that is stopped waits no longer, and its place is not lost', async () => {
    const gate = createGate(1);
    const stop = new AbortController();
    const reason = new Failure('interrupted', 'stopped');
    const place = await gate.enter(open);
    const waiting = gate.enter(stop.signal);

    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(gate.enter(stop.signal)).rejects.toBe(reason);
    place.leave('well');

    await expect(gate.enter(open)).resolves.toBeDefined();
  });
});
