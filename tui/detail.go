package tui

import (
	"strings"
	"time"

	"credscope/store"
)

const labelWidth = 10

// detailLines is everything known of the bucket under the cursor, with when it
// was asked.
func (m *Model) detailLines(w int) []string {
	b, ok := m.buckets.current()
	if !ok {
		return wrapAll(w, " Choose a bucket to see its token.")
	}
	d := detailText{m: m, w: w}
	now := m.o.Now()
	d.field("Provider", printableName(b.key.Provider), m.styles.strong)
	d.field("Bucket", m.shown(printableName(b.key.Bucket)), m.styles.strong)
	h := b.health(now, m.o.StaleAfter)
	status := m.glyphs.health[h] + " " + h.String()
	if b.odd {
		status = m.glyphs.health[store.OddExpiry] + " unusual name"
	}
	d.field("Status", status, m.styles.health[h])
	d.note(statusNote(b, h))
	if b.checked && b.look.Found {
		m.tokenFields(&d, b, now)
	}
	if b.checked && !b.look.Found {
		d.field("Asked", m.clockTime(b.asked), m.styles.plain)
	}
	if b.err != nil {
		d.blank()
		d.note("The last look failed. " + m.shown(explain(b.err).sentence()))
	}
	if b.checked && b.look.Refusal != nil {
		d.blank()
		d.note(m.shown(explain(b.look.Refusal).sentence()))
	}
	for _, hint := range m.hints(b, h) {
		d.blank()
		d.note(hint)
	}
	return d.lines
}

func (m *Model) tokenFields(d *detailText, b *bucket, now time.Time) {
	t := b.look.Metadata
	d.moment("Expires", expiryText(t.Expiry, now, m.zone()))
	d.field("Type", printableText(t.TokenType), m.styles.plain)
	d.field("Scope", printableText(t.Scope), m.styles.plain)
	d.field("Resource", printableName(t.ResourceHost), m.styles.plain)
	d.field("Account", m.shown(printableText(t.AccountID)), m.styles.plain)
	d.field("Dropped", m.dropped(t.Dropped), m.styles.plain)
	d.field("Asked", m.clockTime(b.asked), m.styles.plain)
	d.field("Usage", "usage not recorded by the host", m.styles.plain)
	d.field("Renewal", "unknown: the host keeps refresh tokens to itself", m.styles.plain)
	if t.RefreshTokenSent {
		d.field("Warning", "the host sent a refresh token, which no proxy should; it was dropped", m.styles.kinds[warning])
	}
}

const maxDropped = 12 // names of dropped fields that are shown

// dropped lists what came with the token and was wiped, by name only.
func (m *Model) dropped(names []string) string {
	shown := make([]string, 0, maxDropped)
	for _, name := range names[:min(len(names), maxDropped)] {
		shown = append(shown, cut(printableName(name), 32, m.glyphs.ellipsis))
	}
	if rest := len(names) - len(shown); rest > 0 {
		shown = append(shown, count(rest, "more field"))
	}
	return strings.Join(shown, ", ")
}

// statusNote says what a status means, where a word alone would mislead.
func statusNote(b *bucket, h store.Health) string {
	switch {
	case b.odd:
		return "An unusual name: hosts list it, but neither read nor remove it."
	case b.of.twice:
		return "The host listed this provider twice, so nothing of it can be removed until R shows it once."
	case b.twice:
		return "The host listed this name twice, so it cannot be removed until r shows it once."
	}
	switch h {
	case store.Valid, store.Expiring:
		return "By its expiry only: the provider may have revoked it."
	case store.Expired:
		return "Past its expiry: the host may renew it on next use."
	case store.Stale:
		return "Expired for long: what the removal key is for."
	case store.NoExpiry:
		return "The host gave no expiry, so nothing can be said of its age."
	case store.OddExpiry:
		return "Its expiry is no plausible time, so nothing can be said of its age."
	case store.Unreadable:
		if b.byName {
			return "The host finds no readable token under this name."
		}
		return "Listed, but the host finds no readable token."
	case store.Hidden:
		return "The host's policy does not let us look: it may exist or not."
	default:
		if b.err != nil {
			return "Asked, but the look failed: press enter to look again."
		}
		return "Not asked yet: press enter to look."
	}
}

// detailText collects the lines of the detail pane.
type detailText struct {
	m     *Model
	w     int
	lines []string
}

func (d *detailText) blank() { d.lines = append(d.lines, "") }

// field writes a label and its value, which goes on below itself.
func (d *detailText) field(label, value string, p paint) {
	if value == "" {
		return
	}
	if d.m.lostAt != nil {
		p = d.m.styles.dim // what is shown cannot be asked about any more
	}
	room := d.w - labelWidth - 2
	if room < 12 {
		d.lines = append(d.lines, " "+d.m.styles.dim.on(label))
		for _, line := range wrap(value, max(1, d.w-3)) {
			d.lines = append(d.lines, "  "+p.on(line))
		}
		return
	}
	label = pad(label, labelWidth, "")
	for _, line := range wrap(value, room) {
		d.lines = append(d.lines, " "+d.m.styles.dim.on(label)+p.on(line))
		label = strings.Repeat(" ", labelWidth)
	}
}

// moment is field for a time, which is broken before how far away it is.
func (d *detailText) moment(label, value string) {
	at, away, found := strings.Cut(value, " (")
	if room := d.w - labelWidth - 2; !found || width(value) <= room || width(at) > room {
		d.field(label, value, d.m.styles.plain)
		return
	}
	d.field(label, at, d.m.styles.plain)
	d.field(" ", "("+away, d.m.styles.plain)
}

// note writes a paragraph.
func (d *detailText) note(text string) {
	indent := 1 + labelWidth
	if d.w-indent < 24 {
		indent = 1
	}
	for _, line := range wrap(text, max(1, d.w-indent-1)) {
		d.lines = append(d.lines, strings.Repeat(" ", indent)+d.m.styles.dim.on(line))
	}
}

// hints are what experience with hosts suggests, where the evidence carries it.
func (m *Model) hints(b *bucket, h store.Health) []string {
	var hints []string
	t := b.look.Metadata
	if b.checked && b.look.Found && b.key.Provider == "codex" && t.AccountID == "" {
		hints = append(hints, "Hint: a codex token without an account id is not usable; older releases stored such tokens under a wrong name.")
	}
	switch b.key.Provider {
	case "qwen", "gemini":
		if !b.byName {
			hints = append(hints, "Hint: newer LLxprt releases no longer log in to "+b.key.Provider+", so this may be a leftover.")
		}
	case "anthropic":
		if !b.byName && (h == store.Stale || h == store.Unreadable || h == store.Expired) {
			hints = append(hints, "Hint: newer LLxprt releases keep the Claude login under claudecode, so this may be a leftover.")
		}
	}
	if twin := b.twin(); twin != nil {
		hints = append(hints, "Hint: "+m.shown(printableName(twin.key.Bucket))+" expires at the very same second, so both may hold one login.")
	}
	return hints
}
