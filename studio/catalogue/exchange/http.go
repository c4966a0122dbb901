package exchange

import (
	"fmt"
	"net/http"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/studio/catalogue"
)

// Routes registers what the exchange serves.
func (s *Service) Routes(api *httpx.API) {
	api.Raw(httpx.Route{ID: "export-drama", Method: http.MethodGet, Path: "/api/console/v1/dramas/{id}/export",
		Summary: "The drama as a folder that can be imported again (tar)", Tag: "dramas", Who: httpx.Staff(actor.Producer, actor.Operator),
		Long: true, Produces: []string{"application/x-tar"}}, s.serveExport)
}

func (s *Service) serveExport(w http.ResponseWriter, r *http.Request, c httpx.Caller) error {
	drama, err := catalogue.DramaID(r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := s.Dossier(r.Context(), c.Actor, drama)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/x-tar")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", d.Key+".tar"))
	w.Header().Set("Cache-Control", "no-store")
	return s.ExportTar(r.Context(), c.Actor, drama, w)
}
