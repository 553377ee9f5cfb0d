import { describe, expect, test } from 'vitest';
import {
  checkId,
  createdJob,
  exists,
  keepDetails,
  keepError,
  keepLogEntry,
  missing,
  tooLarge,
} from '../../../src/jobs/validate.js';
import { checkVersion, VersionConflictError } from '../../../src/jobs/versionConflict.js';
import { aJob } from '../../support/jobs.js';

describe('ids', () => {
  test.each(['a', 'a/b', '.hidden', '..a', 'a..', 'ü', '🙂', 'x'.repeat(256), 'a b', 'C:\\x'])(
    '%j is one',
    (id) => {
      expect(() => checkId(id)).not.toThrow();
    },
  );

  test.each<[unknown, string]>([
    ['', 'is empty'],
    ['x'.repeat(257), 'has 257 characters'],
    ['a\0b', 'control character'],
    ['a\nb', 'control character'],
    ['a\u007f', 'control character'],
    ['.', 'part of a path'],
    ['..', 'part of a path'],
    ['a/../b', 'part of a path'],
    ['./a', 'part of a path'],
    ['a\ud800', 'surrogate'],
    [7, 'is a number'],
  ])('%j is none', (id, why) => {
    expect(() => checkId(id)).toThrow(
      expect.objectContaining({ code: 'JOB_ID', message: expect.stringContaining(why) }),
    );
  });
});

test('a new job takes the id that was made up when it has none', () => {
  expect(createdJob({ type: 't' }, 'made-up', 5)).toEqual(
    aJob({ id: 'made-up', type: 't', createdAt: 5, updatedAt: 5 }),
  );
  expect(createdJob({ id: 'own', type: 't', parent: 'p', data: [1] }, 'x', 5)).toMatchObject({
    id: 'own',
    parent: 'p',
    data: [1],
  });
});

test.each(['', 'x'.repeat(129), 'a\n', 'a\udc00', 5, undefined])('type %j is refused', (type) => {
  expect(() => createdJob({ type: type as never }, 'a', 0)).toThrow(
    expect.objectContaining({ code: 'JOB_VALUE' }),
  );
});

test('a parent is an id too', () => {
  expect(() => createdJob({ type: 't', parent: '..' }, 'a', 0)).toThrow(/parent "\.\." has/);
});

test('details are copied, and refused where they make no sense', () => {
  const result = { a: [1] };
  const kept = keepDetails({ at: 5, result, error: { message: 'm', code: 'C' } });
  result.a.push(2);
  expect(kept).toEqual({ at: 5, result: { a: [1] }, error: { message: 'm', code: 'C' } });
  expect(() => keepDetails({ at: Number.NaN })).toThrow(/at NaN is no point in time/);
  expect(() => keepDetails({ ifVersion: 0 })).toThrow(/ifVersion 0/);
  expect(() => keepDetails({ ifVersion: 1.5 })).toThrow(/ifVersion 1.5/);
});

test.each([null, undefined, 'x', {}, { message: 1 }, { message: 'm', code: 5 }])(
  'error %j is refused',
  (error) => {
    expect(() => keepError(error)).toThrow(expect.objectContaining({ code: 'JOB_VALUE' }));
  },
);

test('a log entry says info where it says nothing, and text that can be written', () => {
  expect(keepLogEntry({ message: 'a\ud800🙂' })).toEqual({
    level: 'info',
    message: 'a\ufffd🙂',
    fields: null,
  });
  expect(() => keepLogEntry({ message: 'm', level: 'loud' as never })).toThrow(/level "loud"/);
  expect(() => keepLogEntry({ message: 5 as never })).toThrow(/message 5/);
  expect(() => keepLogEntry({ message: 'm', fields: [undefined] as never })).toThrow(/fields\[0\]/);
});

test('a conflict carries both states', () => {
  const job = aJob({ version: 3 });
  checkVersion(job, 3);
  checkVersion(job, undefined);
  try {
    checkVersion(job, 2);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(VersionConflictError);
    expect(error).toMatchObject({ code: 'JOB_CONFLICT', id: 'job-1', expected: 2, actual: job });
  }
});

test('errors name what they are about', () => {
  expect(tooLarge('a', 5, 4).message).toBe('a record of job "a" takes 5 B, 4 B are allowed');
  expect(missing('a')).toMatchObject({ code: 'JOB_MISSING', message: 'there is no job "a"' });
  expect(exists(aJob())).toMatchObject({ code: 'JOB_EXISTS' });
});
