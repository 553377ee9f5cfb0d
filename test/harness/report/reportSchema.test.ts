import { describe, expect, test } from 'vitest';
import { reportSchema } from '../../../harness/report/reportSchema.js';

describe('the schema of the JSON report', () => {
  test('is shipped as the file that it is', async () => {
    const text = `${JSON.stringify(reportSchema, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../../../harness/report/report.schema.json');
  });

  test('describes every field and leaves no object open', () => {
    const silent: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('properties' in value) {
        if (!('additionalProperties' in value)) silent.push(`${path} is open`);
        for (const [name, field] of Object.entries(Object(value.properties))) {
          const said = JSON.stringify(field);
          if (!/"description"|"\$ref"/.test(said)) silent.push(`${path}.${name} says nothing`);
        }
      }
      for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`);
    };
    visit(reportSchema, '$');
    expect(silent).toEqual([]);
  });
});
