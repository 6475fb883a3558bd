package command

// The documents, for the tests of the built program.
type (
	BucketFacts    = bucketFacts
	ListDocument   = listDocument
	ShowDocument   = showDocument
	CheckDocument  = checkDocument
	ChangeDocument = changeDocument
	DoctorDocument = doctorDocument
)
