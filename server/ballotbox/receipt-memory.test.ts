import { expect, it } from 'vitest';
import { ReceiptMemory, receiptKey } from './receipt-memory.ts';

const late = { status: 'late', atMs: 1 } as const;

it('keeps a receipt once its group is committed, and forgets it when the group fails', () => {
  const memory = new ReceiptMemory(10);
  memory.add('kept', late);
  expect(memory.find('kept')).toBe(late);
  memory.keepFresh();
  memory.add('dropped', late);
  memory.dropFresh();
  expect(memory.find('kept')).toBe(late);
  expect(memory.find('dropped')).toBeNull();
});

it('forgets the oldest beyond its limit', () => {
  const memory = new ReceiptMemory(2);
  for (const key of ['1', '2', '3']) memory.add(key, late);
  memory.keepFresh();
  expect(memory.size).toBe(2);
  expect(memory.find('1')).toBeNull();
  expect(memory.find('3')).toBe(late);
});

it('forgets one run and no other that begins alike', () => {
  const memory = new ReceiptMemory(10);
  const [one, ten] = [receiptKey('poll:live:1', 'v', 'b'), receiptKey('poll:live:10', 'v', 'b')];
  memory.add(one, late);
  memory.add(ten, late);
  memory.keepFresh();
  memory.forget('poll:live:1');
  expect(memory.find(one)).toBeNull();
  expect(memory.find(ten)).toBe(late);
});
