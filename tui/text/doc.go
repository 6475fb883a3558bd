// Package text makes text from a host safe to draw, and measures, cuts and wraps
// text for a terminal.
//
// Names and messages from a host are kept as they came, since a cleaned name
// could not be asked for again. They pass through [Name], [Quoted], [Free] or
// [ASCII] when they are drawn. These keep characters from an allow-list and
// replace all others by a visible token such as \u{1B}, so nothing disappears.
package text
