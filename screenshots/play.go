package main

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"charm.land/bubbles/v2/spinner"
	tea "charm.land/bubbletea/v2"

	"credscope/store"
	"credscope/store/demo"
	"credscope/tui"
)

// opening is the clock when a scene begins, in a zone of its own.
var opening = time.Date(2026, 11, 23, 14, 5, 10, 0, time.FixedZone("", 3600))

func openingTime() time.Time { return opening }

// patience is how long a sight may take to come, on a machine with much else to do.
const patience = 3 * time.Minute

// player runs the inspector against a demo host as the framework would, but for
// three things: the clock is the scene's, spinners stand still, and messages are
// let in only while a step waits for a sight. So timers of the program, which
// follow the machine's clock, decide nothing: a key that comes before such a sight
// always comes before the timer, too.
type player struct {
	scene scene
	model tea.Model
	host  *demo.Host
	store *store.ProxyTokenStore
	gate  *gate
	msgs  chan tea.Msg
	clock atomic.Int64 // nanoseconds since the opening; read by commands too
	ctx   context.Context
	shots []shot
	err   error // of the first step that failed
}

// shot is one picture of a film: how long it is shown, and which key led to it.
type shot struct {
	frame   frame
	lasts   time.Duration
	key     string
	caption string
}

// play runs a scene to its end and returns its shots; the last is its picture.
func play(s scene) ([]shot, error) {
	p := &player{scene: s, gate: newGate(s.held), msgs: make(chan tea.Msg, 1024)}
	var err error
	p.host, err = demo.Start(demo.Options{Scenario: s.host, Now: openingTime, Hook: p.gate.hook})
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	p.ctx = ctx
	p.store = p.host.NewStore(store.Options{})
	defer func() {
		stop()
		_ = p.store.Close()
		_ = p.host.Close()
	}()
	o := s.options
	o.Now, o.Zone, o.StaleAfter = p.now, opening.Location(), store.DefaultStaleAfter
	p.model = tui.New(ctx, p.store, o)
	p.do(p.model.Init())
	p.send(tea.WindowSizeMsg{Width: s.width, Height: s.height})
	for _, step := range s.steps {
		if step(p); p.err != nil {
			return nil, p.err
		}
	}
	if !s.film {
		p.shots = []shot{{frame: p.frame()}}
	}
	return p.shots, nil
}

// now is a moment later at every call, so that the history is in order.
func (p *player) now() time.Time { return opening.Add(time.Duration(p.clock.Add(1))) }

// do runs a command on a goroutine, which ends with the scene.
func (p *player) do(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		select {
		case p.msgs <- msg:
		case <-p.ctx.Done():
		}
	}()
}

func (p *player) send(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil, spinner.TickMsg:
	case tea.BatchMsg:
		for _, cmd := range msg {
			p.do(cmd)
		}
	default:
		var cmd tea.Cmd
		p.model, cmd = p.model.Update(msg)
		p.do(cmd)
	}
}

// until lets messages in until what is waited for is there.
func (p *player) until(what string, there func(screen string) bool) {
	deadline := time.After(patience)
	for p.err == nil {
		text := p.frame().text()
		if there(text) {
			return
		}
		select {
		case msg := <-p.msgs:
			p.send(msg)
			for range len(p.msgs) { // those that came together are one redraw
				p.send(<-p.msgs)
			}
		case <-p.gate.news:
		case <-deadline:
			p.err = fmt.Errorf("scene %s: never came: %s\n%s", p.scene.name, what, text)
		}
	}
}

// frame is the screen as it is now.
func (p *player) frame() frame {
	view := p.model.View()
	f := frameOf(view.Content, p.scene.width, p.scene.height, p.scene.window())
	if view.Cursor != nil {
		f.putCursor(view.Cursor.X, view.Cursor.Y)
	}
	return f
}

// asking reports whether the inspector shows that it waits for an answer, which
// it does by its spinner.
func asking(screen string) bool {
	header, _, _ := strings.Cut(screen, "\n")
	return strings.ContainsFunc(header, func(r rune) bool { return r > 0x2800 && r <= 0x28FF })
}
