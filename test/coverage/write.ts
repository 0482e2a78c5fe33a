import { writeFileSync } from 'node:fs';
import { COVERAGE_FILE, coverageText } from './coverage';

writeFileSync(COVERAGE_FILE, coverageText());
