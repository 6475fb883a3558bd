// Package words has the sentences that people read, on the screen and from the
// commands: errors, statuses, verdicts, what a removal means, times.
//
// An error becomes one sentence that says what happened and what to do next.
// Names and messages of the host in it are safe to draw.
package words
