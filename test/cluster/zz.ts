import { programOf } from './build';
const t=Date.now(); programOf('1.36.3').then(p=>console.log(p, (Date.now()-t)/1000));
