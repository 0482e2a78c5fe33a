import { asFields, asRecord, asText } from '../../kube/readers';
import type { FileObject } from '../facts';
import type { ServiceFact } from '../factObjects';
import type { Rule, RuleFinding } from '../rule';
import { t } from '../../../util/l10n';

const PATH = ['spec', 'serviceName'];

/** Pods run without it; their names are then not in the DNS, by which members of a set find each other. */
export const governingService: Rule<'services' | 'sameFile'> = {
  code: 'governing-service',
  cause: 'statefulSet',
  severity: 'warning',
  rows: ['S24'],
  summary: 'A governing Service that does not exist, or does not govern',
  needs: ['services', 'sameFile'],
  whole: true,
  *check({ workload: { kind, serviceName: name, template }, facts: { services, sameFile } }) {
    if (kind !== 'StatefulSet' || name === undefined || name === '') return;
    const inFile = sameFile.find((object) => object.kind === 'Service' && object.name === name);
    const service = inFile ? readFileService(inFile) : services.get(name);
    if (service === undefined) return;
    if (service === null) {
      yield {
        path: PATH,
        message: t`The Service ${name} does not exist in the namespace: the pods get no names in the DNS, and members of the set do not find each other.`,
      };
      return;
    }
    yield* misfit(name, service, template.labels);
  },
};

function* misfit(name: string, service: ServiceFact, labels: Readonly<Record<string, string>>): Generator<RuleFinding> {
  const wrong = Object.entries(service.selector).find(([key, value]) => labels[key] !== value);
  if (wrong) {
    yield {
      path: PATH,
      message: t`The Service ${name} selects ${wrong[0]}=${wrong[1]}, which the pods do not have: they get no names in the DNS.`,
    };
  } else if (!service.headless) {
    yield {
      path: PATH,
      severity: 'information',
      message: t`The Service ${name} is not headless (clusterIP: None): single pods get no names in the DNS.`,
    };
  }
}

function readFileService({ object }: FileObject): ServiceFact | undefined {
  if (!object) return undefined;
  const { clusterIP, selector, publishNotReadyAddresses } = asFields(object.spec);
  return {
    headless: clusterIP === 'None',
    selector: asRecord(selector, asText),
    publishNotReadyAddresses: publishNotReadyAddresses === true,
    ports: [],
  };
}
