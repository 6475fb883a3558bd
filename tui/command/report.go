package command

import (
	"bytes"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/colorprofile"

	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
	"credscope/tui/theme"
	"credscope/tui/words"
)

// report writes facts for people, as of one moment. It writes escape sequences only
// to a terminal.
type report struct {
	at      time.Time
	ascii   bool
	profile colorprofile.Profile
	styles  theme.Styles
	glyphs  theme.Glyphs
}

func (e *Env) report() report {
	palette := e.Theme.Palette()
	switch {
	case e.Profile <= colorprofile.ASCII:
		palette = theme.None.Palette()
	case e.Theme == theme.Auto || e.Theme == "":
		palette = theme.ANSI.Palette() // the terminal's background is not asked for
	}
	return report{at: e.Now(), ascii: e.ASCII, profile: e.Profile, styles: theme.NewStyles(palette), glyphs: theme.NewGlyphs(e.ASCII)}
}

// onTerminal reports whether signs and colours are of use.
func (r report) onTerminal() bool { return r.profile > colorprofile.NoTTY }

// cell is a piece of a line, with its style on a terminal.
type cell struct {
	text  string
	style theme.Style
}

// withSign puts a sign before a word on a terminal.
func (r report) withSign(sign, word string) string {
	if r.onTerminal() {
		return sign + " " + word
	}
	return word
}

// table writes a line for each row: provider, bucket, status and expiry.
func (r report) table(to io.Writer, l *listing) error {
	s := r.styles
	status := "STATUS"
	if r.onTerminal() {
		status = "  STATUS" // above the words, beside the signs
	}
	lines := [][]cell{{{"PROVIDER", s.Strong}, {"BUCKET", s.Strong}, {status, s.Strong}, {"EXPIRES", s.Strong}}}
	for _, row := range l.rows {
		lines = append(lines, r.tableLine(l, row))
	}
	return r.write(to, lines)
}

func (r report) tableLine(l *listing, row row) []cell {
	s := r.styles
	if row.bucket == nil { // its provider's buckets are not known
		return []cell{{text.Name(row.provider.Name), s.Plain}, {"*", s.Plain}, {r.withSign(r.glyphs.Status[store.Unchecked], store.Unchecked.String()), s.Dim}, {noAnswer, s.Dim}}
	}
	b := row.bucket
	current := l.inv.Status(b, r.at)
	expires := ""
	if at, known := b.Expiry(); known {
		expires = words.Moment(at, time.UTC) + " (" + words.Relative(at, r.at) + ")"
	}
	if row.listedTwice() {
		expires = strings.TrimPrefix(expires+", listed twice", ", ")
	}
	if b.Err != nil {
		expires = strings.TrimPrefix(expires+", "+noAnswer, ", ")
	}
	return []cell{
		{text.Name(b.Key.Provider), s.Plain},
		{text.Name(b.Key.Bucket), s.Plain},
		{r.withSign(r.glyphs.Status[current], current.String()), s.Status[current]},
		{expires, s.Dim},
	}
}

// noAnswer is said beside the status of what the host was asked about in vain.
const noAnswer = "no answer"

// checkedAt is when the host was last asked about a bucket, with or without an answer.
func checkedAt(b *inventory.Bucket) time.Time {
	if b.Err != nil || b.Check == nil {
		return b.ErrAt
	}
	return b.Check.At
}

// details writes everything known of a bucket, a label and a value a line.
func (r report) details(to io.Writer, l *listing, row row) error {
	var lines [][]cell
	s := r.styles
	field := func(label, value string, style theme.Style) {
		if value != "" {
			lines = append(lines, []cell{{label, s.Dim}, {value, style}})
		}
	}
	if row.bucket == nil {
		field("Provider", text.Name(row.provider.Name), s.Strong)
		field("", words.ErrorWithoutKeys(row.provider.Err), s.Dim)
		return r.write(to, lines)
	}
	b := row.bucket
	status := l.inv.Status(b, r.at)
	field("Provider", text.Name(b.Key.Provider), s.Strong)
	field("Bucket", text.Name(b.Key.Bucket), s.Strong)
	field("Status", r.withSign(r.glyphs.Status[status], status.String()), s.Status[status])
	field("", words.Note(l.inv, b, r.at), s.Dim)
	if t := b.Token(); t != nil {
		field("Expires", words.Expiry(t.Expiry, r.at, time.UTC), s.Plain)
		field("Type", words.KeptText(t, "token_type", text.Free(t.TokenType)), s.Plain)
		field("Scope", words.KeptText(t, "scope", text.Free(t.Scope)), s.Plain)
		field("Resource", words.KeptText(t, "resource_url", text.Name(t.ResourceHost)), s.Plain)
		field("Account", words.KeptText(t, "account_id", text.Free(t.AccountID)), s.Plain)
		field("Usage", "not recorded by this host", s.Plain)
		field("ID token", words.KeptText(t, "id_token", ""), s.Plain)
		field("Secrets", words.Dropped(t, store.DroppedSecret, text.ShortQuotes, r.glyphs.Ellipsis), s.Plain)
		field("Other", words.Dropped(t, store.DroppedUnknown, text.ShortQuotes, r.glyphs.Ellipsis), s.Plain)
		if t.RefreshTokenSent {
			field("Warning", "the host sent a refresh token, which no proxy should; it was dropped", s.Kinds[theme.Warning])
		}
	}
	if at := checkedAt(b); !at.IsZero() {
		field("Checked", rfc3339(at), s.Plain)
	}
	for _, err := range errorsOf(b) {
		field("", words.ErrorWithoutKeys(err), s.Dim)
	}
	for _, hint := range words.Hints(l.inv, b, r.at) {
		field("Hint", strings.TrimPrefix(hint, "Hint: "), s.Dim)
	}
	if words.NeedsLogin(l.inv, b, r.at) {
		field("Log in", "again on the host: "+words.LoginAdvice(b.Key, l.protocol), s.Dim)
	}
	return r.write(to, lines)
}

// errorsOf returns why a bucket's token is not known, or only of before.
func errorsOf(b *inventory.Bucket) (errs []error) {
	if b.Check != nil && b.Check.Refusal != nil {
		errs = append(errs, b.Check.Refusal)
	}
	if b.Err != nil {
		errs = append(errs, b.Err)
	}
	return errs
}

// write aligns lines in columns, without blanks at their ends, and reduces colours to
// what the output shows.
func (r report) write(to io.Writer, lines [][]cell) error {
	if r.onTerminal() {
		to = &colorprofile.Writer{Forward: to, Profile: r.profile}
	}
	var widths []int
	for _, cells := range lines {
		for column, c := range cells[:len(cells)-1] {
			if column == len(widths) {
				widths = append(widths, 0)
			}
			widths[column] = max(widths[column], text.Width(r.shown(c.text)))
		}
	}
	var out bytes.Buffer
	for _, cells := range lines {
		gap := 0
		for column, c := range cells {
			shown := r.shown(c.text)
			if shown != "" {
				out.WriteString(text.Blanks(gap))
				gap = 0
				if r.onTerminal() {
					out.WriteString(c.style.On(shown))
				} else {
					out.WriteString(shown)
				}
			}
			if column < len(widths) {
				gap += widths[column] - text.Width(shown) + 2
			}
		}
		out.WriteByte('\n')
	}
	_, err := to.Write(out.Bytes())
	return err
}

// shown is a safe text that the terminal can show.
func (r report) shown(s string) string {
	if r.ascii {
		return text.ASCII(s)
	}
	return s
}

func rfc3339(at time.Time) string { return at.UTC().Format(time.RFC3339) }
