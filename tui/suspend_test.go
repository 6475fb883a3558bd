package tui

import (
	"os"
	"runtime"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"
)

// The framework tells a goroutine to stop the ticker of frames, and then calls Run. On
// one processor that goroutine runs only when Run waits.
func TestTheTickerOfFramesIsStoppedBeforeTheProcess(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for range 5 {
		var tickerStopped atomic.Bool
		rendererDone, waits := make(chan struct{}), make(chan struct{})
		go func() {
			close(waits)
			<-rendererDone
			tickerStopped.Store(true)
		}()
		<-waits
		runtime.Gosched() // until it waits
		rendererDone <- struct{}{}
		stopped := false
		err := selfStop{func() error {
			if stopped = true; !tickerStopped.Load() {
				t.Error("the process is stopped before the ticker is")
			}
			return unix.Kill(os.Getpid(), unix.SIGCONT)
		}}.Run()
		if err != nil || !stopped {
			t.Errorf("stopped: %t, %v", stopped, err)
		}
	}
}
