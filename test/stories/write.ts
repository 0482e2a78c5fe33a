// Writes the golden texts anew: `npx tsx test/stories/write.ts`. Read the difference before you commit it.
import { readStory, storyNames, writeGolden } from './story';
import { wordsOf } from './words';

for (const name of storyNames()) writeGolden(name, wordsOf(readStory(name)));
