/** JSON Schemas of messages, for documents: what goes over the wire, where unknown fields are ignored. */
import { z } from 'zod';

interface Dialect {
  target: 'draft-07' | 'draft-2020-12';
}

/** Every whole number has the bounds of a safe integer, which say nothing to a reader. */
function withoutSafeBounds({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/** The schema of one type, whole. */
export function jsonSchema(type: z.ZodType, { target }: Dialect): z.core.JSONSchema.BaseSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(type, {
    io: 'input',
    target,
    unrepresentable: 'any',
    override: withoutSafeBounds,
  });
  return rest;
}

/** The schemas of many types, each under its name; where one holds another of them, it refers to `#/components/schemas/`. */
export function jsonSchemaComponents(
  types: Record<string, z.ZodType>,
  { target }: Dialect,
): Record<string, z.core.JSONSchema.BaseSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, type] of Object.entries(types)) registry.add(type, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    target,
    unrepresentable: 'any',
    uri: (id) => `#/components/schemas/${id}`,
    override: withoutSafeBounds,
  });
  const plain = Object.entries(schemas).map(([id, { $schema: _dialect, $id: _uri, ...schema }]) => [id, schema]);
  return Object.fromEntries(plain);
}
