#!/usr/bin/env node
// Stands in for the executable of desktop VS Code: an executable file has to be plain JavaScript.
import { register } from 'tsx/esm/api';

register();
await import('./launcher.ts');
