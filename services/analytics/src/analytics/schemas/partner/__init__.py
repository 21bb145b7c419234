"""The partner's figures as the API tells them: rates and scores from 0 to 100, money in major units."""
