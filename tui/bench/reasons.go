package main

// reasons say, by row, why a mark is missed although nothing is left to gain.
// Each must have been proven by a measurement.
var reasons = map[string]string{}
