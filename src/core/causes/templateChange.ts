import { asFields } from '../kube/readers';
import { firstDifference } from '../kube/sameFields';

/** Whether an apply of the manifest makes a new revision: its template sets something that the live one has differently. */
export function changesTemplate(
  object: Readonly<Record<string, unknown>>,
  live: Readonly<Record<string, unknown>>,
): boolean {
  return firstDifference(asFields(object.spec).template, asFields(live.spec).template) !== undefined;
}
