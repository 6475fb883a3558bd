package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
	"credscope/tui/theme"
	"credscope/tui/words"
)

// detail is the pane that says everything about what is under the cursor: a bucket,
// a provider, or the host.
type detail struct{ scroll scroll }

// subject is what the detail is about: a bucket, else a provider, else the host.
type subject struct {
	bucket   *inventory.Bucket
	provider *inventory.Provider
}

func (s subject) title(c *canvas) string {
	switch {
	case s.bucket != nil:
		return c.shown(text.Name(s.bucket.Key.Provider) + "/" + text.Name(s.bucket.Key.Bucket))
	case s.provider != nil:
		return text.NameInSentence(s.provider.Name)
	}
	return "Host"
}

// lines writes about a subject. It is as long as it needs to be.
func (detail) lines(c *canvas, inv *inventory.Inventory, about subject, host host, w int) []string {
	d := page{c: c, w: w}
	switch {
	case about.bucket != nil:
		d.bucket(inv, about.bucket, host.Version)
	case about.provider != nil:
		d.provider(inv, about.provider)
	default:
		d.host(inv, host)
	}
	return d.lines
}

const labelWidth = 11

// page collects lines.
type page struct {
	c     *canvas
	w     int
	lines []string
}

func (d *page) blank() {
	if len(d.lines) > 0 && d.lines[len(d.lines)-1] != "" {
		d.lines = append(d.lines, "")
	}
}

// field writes a label and its value, which continues below itself.
func (d *page) field(label, value string) {
	if value == "" {
		return
	}
	style := d.c.styles.Plain
	if d.c.lost {
		style = d.c.styles.Dim
	}
	room := d.w - labelWidth - 2
	if room < 12 {
		d.lines = append(d.lines, " "+d.c.styles.Dim.On(label))
		for _, line := range text.Wrap(value, max(1, d.w-3)) {
			d.lines = append(d.lines, "  "+style.On(line))
		}
		return
	}
	label = text.Pad(label, labelWidth, "")
	for _, line := range text.Wrap(value, room) {
		d.lines = append(d.lines, " "+d.c.styles.Dim.On(label)+style.On(line))
		label = text.Blanks(labelWidth)
	}
}

// note writes a paragraph.
func (d *page) note(style theme.Style, words string) {
	for _, line := range text.WrapAll(d.w, " "+words) {
		d.lines = append(d.lines, style.On(line))
	}
}

func (d *page) bucket(inv *inventory.Inventory, b *inventory.Bucket, protocol int) {
	c := d.c
	status := inv.Status(b, c.now)
	at, known := b.Expiry()
	d.note(c.styles.Status[status], c.glyphs.Status[status]+" "+words.Status(status, at, known, c.now))
	d.note(c.styles.Dim, words.Note(inv, b, c.now))
	if b.Renewal != nil {
		kind, _ := words.Verdict(*b.Renewal, c.zone())
		d.note(c.styles.Kinds[kind], c.shown(words.LastRenewal(b, c.clock)))
	}
	d.blank()
	if status == store.Dead {
		d.login(b, protocol)
		d.blank()
	}
	if t := b.Token(); t != nil {
		d.token(t)
	}
	if b.Check != nil {
		d.field("Checked", c.clock(b.Check.At))
	}
	if b.Err != nil {
		d.blank()
		failed := c.shown(words.Error(b.Err))
		if b.Check != nil { // otherwise the note above says it
			failed = "The last check failed. " + failed
		}
		d.note(c.styles.Kinds[theme.Failure], failed)
	}
	if b.Check != nil && b.Check.Refusal != nil {
		d.blank()
		d.note(c.styles.Dim, c.shown(words.Error(b.Check.Refusal)))
	}
	if b.Removal != nil {
		d.blank()
		kind, verdict := words.Verdict(*b.Removal, c.zone())
		d.note(c.styles.Kinds[kind], c.shown("Last removal. "+verdict))
	} else if b.NotShown {
		d.blank()
		d.note(c.styles.Kinds[theme.Warning], "The host did not show it when it was last asked for its lists.")
	}
	for _, hint := range words.Hints(inv, b, c.now) {
		d.blank()
		d.note(c.styles.Dim, c.shown(hint))
	}
	if status != store.Dead && words.NeedsLogin(inv, b, c.now) {
		d.blank()
		d.login(b, protocol)
	}
}

// login writes how to log in again.
func (d *page) login(b *inventory.Bucket, protocol int) {
	d.note(d.c.styles.Dim, d.c.shown("Log in again on the host: "+words.LoginAdvice(b.Key, protocol)))
}

// token writes what is kept of a token.
func (d *page) token(t *store.Metadata) {
	c := d.c
	d.field("Expires", words.ExpiryTime(t.Expiry, c.zone()))
	d.field("Scope", words.KeptText(t, "scope", c.shown(text.Free(t.Scope))))
	d.field("Account", words.KeptText(t, "account_id", c.shown(text.Free(t.AccountID))))
	d.field("Resource", words.KeptText(t, "resource_url", c.shown(text.Name(t.ResourceHost))))
	d.field("Type", words.KeptText(t, "token_type", c.shown(text.Free(t.TokenType))))
	d.field("ID token", words.KeptText(t, "id_token", ""))
	d.field("Secrets", words.Dropped(t, store.DroppedSecret, c.shown, c.glyphs.Ellipsis))
	d.field("Other", words.Dropped(t, store.DroppedUnknown, c.shown, c.glyphs.Ellipsis))
	d.field("Usage", "not recorded by this host")
	if t.RefreshTokenSent {
		d.note(c.styles.Kinds[theme.Warning], "The host sent a refresh token, which no proxy should; it was dropped.")
	} else {
		d.field("Refresh", "a refresh token is never sent to a sandbox")
	}
}

func (d *page) provider(inv *inventory.Inventory, p *inventory.Provider) {
	d.field("Listed", d.clockOrNever(p))
	if p.Duplicate {
		d.note(d.c.styles.Kinds[theme.Warning], words.Blocked(inventory.ProviderDuplicate)+".")
	}
	if p.Err != nil {
		d.note(d.c.styles.Kinds[theme.Failure], d.c.shown(words.Error(p.Err)))
	}
	d.counts(inv, p.Name)
	d.nextToExpire(inv, p.Name)
}

func (d *page) clockOrNever(p *inventory.Provider) string {
	switch {
	case !p.Listed:
		return "not by the host; added by name"
	case p.ListedAt.IsZero():
		return "not yet"
	}
	return d.c.clock(p.ListedAt)
}

// host is what is known of the host and the connection to it.
type host struct {
	socket.Info
	connected time.Time
}

func (d *page) host(inv *inventory.Inventory, host host) {
	d.field("Socket", d.c.shown(text.Name(host.Path)))
	if host.Version > 0 {
		d.field("Protocol", fmt.Sprint(host.Version))
	}
	if host.PeerUID >= 0 && host.Handshakes > 0 {
		d.field("Peer", fmt.Sprintf("uid %d", host.PeerUID))
	}
	d.field("Capability", words.Capability(host.Info))
	if !host.connected.IsZero() {
		d.field("Connected", "since "+d.c.clock(host.connected))
	}
	for _, warning := range host.Warnings {
		d.field("Warning", text.Free(warning))
	}
	if !inv.ListedAt.IsZero() {
		d.field("Updated", d.c.clock(inv.ListedAt))
	}
	label := "Requests"
	for _, op := range slices.Sorted(maps.Keys(host.Requests)) {
		d.field(label, fmt.Sprintf("%d %s", host.Requests[op], op))
		label = " "
	}
	d.counts(inv, "")
	d.nextToExpire(inv, "")
}

// counts draws how many buckets have each status as bars.
func (d *page) counts(inv *inventory.Inventory, provider string) {
	counts := inv.Counts(provider, d.c.now)
	if counts.Buckets == 0 {
		return
	}
	d.blank()
	const numbersEnd = 21 // columns of sign, word and number
	room := min(20, d.w-numbersEnd-2)
	for _, status := range inventory.Severity {
		n := counts.Of(status)
		if n == 0 {
			continue
		}
		bar := ""
		if room > 3 {
			bar = " " + strings.Repeat(string(d.c.glyphs.BarFull), max(1, room*n/counts.Buckets))
		}
		line := fmt.Sprintf(" %s %s%4d", d.c.glyphs.Status[status], text.Pad(status.String(), 14, ""), n)
		d.lines = append(d.lines, d.c.styles.Status[status].On(line+bar))
	}
}

const maxNext = 3 // expiries that are listed

// nextToExpire lists the tokens that expire next.
func (d *page) nextToExpire(inv *inventory.Inventory, provider string) {
	var next []*inventory.Bucket
	for _, b := range inv.Buckets(provider) {
		if at, known := b.Expiry(); known && at.After(d.c.now) {
			next = append(next, b)
		}
	}
	if len(next) == 0 {
		return
	}
	next = inv.Sorted(next, inventory.ByExpiry, d.c.now)
	d.blank()
	label := "Next"
	for _, b := range next[:min(maxNext, len(next))] {
		at, _ := b.Expiry()
		d.field(label, words.Relative(at, d.c.now)+", "+d.c.shown(text.Name(b.Key.String())))
		label = " "
	}
}
