package tui

import (
	"fmt"
	"slices"

	"charm.land/bubbles/v2/progress"

	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
	"credscope/tui/theme"
	"credscope/tui/words"
)

// planRun is an accepted plan, as far as its run has come. Of several buckets it
// fills the screen: a bar, and a line for each.
type planRun struct {
	plan     *inventory.Plan
	outcomes []store.Outcome
	place    int           // of the first target in the ledger
	sending  bool          // a request that changes something is under way
	running  bool          // the run has not ended
	stop     chan struct{} // closed: nothing is sent after what is under way
	stopped  bool
	rows     list[int] // the targets, with a cursor that follows the run
}

func newPlanRun(plan *inventory.Plan, ledger *inventory.Ledger) *planRun {
	r := &planRun{plan: plan, place: ledger.Accept(plan), running: true, stop: make(chan struct{})}
	for i := range plan.Targets {
		r.rows.rows = append(r.rows.rows, i)
	}
	return r
}

// halt lets nothing be sent after what is under way.
func (r *planRun) halt() {
	if !r.stopped {
		r.stopped = true
		close(r.stop)
	}
}

// take takes a step of the run.
func (r *planRun) take(e inventory.Event) {
	r.sending = e.Outcome == nil
	if e.Outcome != nil {
		r.outcomes = append(r.outcomes, *e.Outcome)
	}
	r.rows.to(e.Target)
}

// end moves the cursor to the first target that is neither gone nor renewed.
func (r *planRun) end() {
	r.running = false
	r.rows.to(0)
	for i := range r.plan.Targets {
		if v := r.outcome(i).Verdict; !v.Gone() && v != store.Renewed {
			r.rows.to(i)
			return
		}
	}
}

// outcome is what is known of a target.
func (r *planRun) outcome(i int) store.Outcome {
	if i < len(r.outcomes) {
		return r.outcomes[i]
	}
	return store.Outcome{Action: r.plan.Action, Key: r.plan.Targets[i].Key}
}

// isSending reports whether the request that changes a bucket is under way.
func (r *planRun) isSending(key store.Key) bool {
	i := len(r.outcomes)
	return r.sending && i < len(r.plan.Targets) && r.plan.Targets[i].Key == key
}

// current is the outcome under the cursor.
func (r *planRun) current() store.Outcome {
	i, _ := r.rows.current()
	return r.outcome(i)
}

// several reports whether the run has a page of its own.
func (r *planRun) several() bool { return len(r.plan.Targets) > 1 }

func (r *planRun) words() words.ActionWords { return words.Action(r.plan.Action) }

func (r *planRun) title() string {
	if r.running {
		return words.Capital(r.words().Doing) + " " + words.Count(len(r.plan.Targets), "bucket")
	}
	_, summary := words.Summary(r.outcomes, len(r.plan.Targets))
	return words.Capital(r.words().Noun) + " ended: " + summary
}

// lines are a bar, the targets in view, and what is known of the one under the
// cursor with how to log in to it again.
func (r *planRun) lines(c *canvas, in size, protocol int) []string {
	lines := append([]string{" " + r.bar(c, in.w-2), ""}, r.targetLines(c, in.w)...)
	if below := r.about(c, in.w, protocol); len(lines)+len(below) < in.h {
		lines = append(append(lines, ""), below...)
	}
	return lines
}

// listHeight is how many targets fit into a page of a height.
func (r *planRun) listHeight(h int) int {
	const bar, about = 2, 6
	if h -= bar; h >= 2*about {
		h -= about
	}
	return max(1, h)
}

func (r *planRun) targetLines(c *canvas, w int) (lines []string) {
	names, longest := make([]string, len(r.plan.Targets)), 0
	for i, t := range r.plan.Targets {
		names[i] = c.name(t.Key.String())
		longest = max(longest, text.Width(names[i]))
	}
	room := min(longest, max(minName, w-30))
	names = text.CutDistinct(names, slices.Repeat([]int{room}, len(names)), c.glyphs.Ellipsis)
	for _, i := range r.rows.visible() {
		sign, word, style := " ", "waiting", c.styles.Dim
		switch {
		case i < len(r.outcomes):
			kind, _ := words.Verdict(r.outcomes[i], c.zone())
			sign, word, style = c.glyphs.Kinds[kind], r.outcomes[i].String(), c.styles.Kinds[kind]
		case !r.running:
			word = store.NotStarted.String()
		case i == len(r.outcomes) && r.sending:
			word, style = r.words().Doing, c.styles.Strong
		}
		lines = append(lines, c.row(w, i == r.rows.at, true, cell{text: " " + sign + " " + text.Pad(names[i], room, "") + "  " + word, style: style}))
	}
	return lines
}

// about is what is known of the target under the cursor.
func (r *planRun) about(c *canvas, w, protocol int) []string {
	if r.running {
		return nil
	}
	o := r.current()
	kind, verdict := words.Verdict(o, c.zone())
	var lines []string
	for _, line := range text.WrapAll(w, " "+c.shown(verdict)) {
		lines = append(lines, c.styles.Kinds[kind].On(line))
	}
	if words.NeedsNewLogin(o) {
		lines = append(lines, text.WrapAll(w, " "+c.shown("Log in again on the host: "+words.LoginAdvice(o.Key, protocol)))...)
	}
	return lines
}

// bar draws how many of the targets are done.
func (r *planRun) bar(c *canvas, w int) string {
	done, total := len(r.outcomes), len(r.plan.Targets)
	label := fmt.Sprintf(" %d of %d done", done, total)
	p := progress.New(progress.WithoutPercentage(), progress.WithFillCharacters(c.glyphs.BarFull, c.glyphs.BarEmpty),
		progress.WithColors(theme.Colour(c.palette.Accent)), progress.WithWidth(max(4, min(40, w-text.Width(label)))))
	p.EmptyColor = theme.Colour(c.palette.Dim)
	return p.ViewAs(float64(done)/float64(total)) + c.styles.Plain.On(label)
}
