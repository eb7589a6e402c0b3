// One plain line after jest's own summary, for whoever reads the log of a run.
export default class SummaryReporter {
  onRunComplete(_, { numPassedTests, numFailedTests, numPendingTests }) {
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    console.log(`${numPassedTests} passed, ${numFailedTests} failed${skipped}`);
  }
}
