package command

// The documents, for the tests of the built program.
type (
	BucketFacts    = bucketFacts
	ListDocument   = listDocument
	ShowDocument   = showDocument
	RemoveDocument = removeDocument
	DoctorDocument = doctorDocument
)
