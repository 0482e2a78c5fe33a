/** Constants that both bundles of the user interface read; this file loads nothing, so that each may have its own copy. */
export const DIAGNOSTIC_SOURCE = 'ordinal';
/** Read-only YAML of objects of a cluster. */
export const OBJECT_SCHEME = 'ordinal-object';
