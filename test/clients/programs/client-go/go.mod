module example.com/client

go 1.24.0

require gitlab.com/gitlab-org/api/client-go v1.46.0
