// The harness itself: what the other tests rely on, on fake and on real nodes.
import './selfTestFakeNodes';
import './selfTestEnds';
import './selfTestRealNodes';
