// What a user of GitLab's own Go library writes: upload, list, download, and a release's assets by the names of its links.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	gitlab "gitlab.com/gitlab-org/api/client-go"
)

const project = "acme/tools/widget"

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	token := os.Getenv("TOKEN")
	client, err := gitlab.NewClient(token, gitlab.WithBaseURL(os.Getenv("API")))
	check(err)
	args := os.Args[1:]
	switch args[0] {
	case "upload":
		content, err := os.ReadFile(args[4])
		check(err)
		_, _, err = client.GenericPackages.PublishPackageFile(project, args[1], args[2], args[3], bytes.NewReader(content), nil)
		check(err)
	case "download":
		content, _, err := client.GenericPackages.DownloadPackageFile(project, args[1], args[2], args[3])
		check(err)
		_, err = os.Stdout.Write(content)
		check(err)
	case "assets":
		downloadAssets(client, token, args[1], args[2])
	}
}

// As glab does: each link becomes a file in the folder, by the link's name.
func downloadAssets(client *gitlab.Client, token, tag, folder string) {
	release, _, err := client.Releases.GetRelease(project, tag)
	check(err)
	for _, link := range release.Assets.Links {
		request, err := http.NewRequest(http.MethodGet, link.DirectAssetURL, nil)
		check(err)
		request.Header.Set("PRIVATE-TOKEN", token)
		answer, err := http.DefaultClient.Do(request)
		check(err)
		if answer.StatusCode != http.StatusOK {
			check(fmt.Errorf("%s answered %s", link.DirectAssetURL, answer.Status))
		}
		file, err := os.Create(filepath.Join(folder, link.Name))
		check(err)
		_, err = io.Copy(file, answer.Body)
		check(err)
		check(file.Close())
		check(answer.Body.Close())
	}
}
