//go:build !linux

package main

import (
	"errors"
	"time"
)

var errNotHere = errors.New("this is measured on Linux only")

func peakMemory(int) (float64, error) { return 0, errNotHere }

func processorTime(int) (time.Duration, error) { return 0, errNotHere }
