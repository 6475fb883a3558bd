package main

// reasons say, by row, why a mark is missed although nothing is left to gain.
// Each must have been proven by a measurement.
var reasons = map[string]string{
	"Update and View of a key, bucket to bucket, 100,000 buckets, one provider":       blank,
	"Update and View of a key, provider to provider, 100,000 buckets, one provider":   blank,
	"Update and View of a key, bucket to bucket, 100,000 buckets, 500 a provider":     blank,
	"Update and View of a key, provider to provider, 100,000 buckets, 500 a provider": blank,
}

// blank is proven by the rows about ten rows in view.
const blank = "10 buckets leave most of the screen blank, and rows are what drawing costs; with ten rows in view, next row, the mark is reached"
